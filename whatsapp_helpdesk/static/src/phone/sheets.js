/**
 * What comes up from the bottom of the phone: menus, lists and small forms. Built on
 * `<dialog>`, which keeps the focus inside and closes with Escape.
 */
import {h, icon, iconButton} from "./dom";
import {_t} from "./i18n";

export const REACTIONS = ["👍", "❤️", "😂", "😮", "😢", "🙏"];

/** Offered when the browser does not tell where it is. */
const EXAMPLE_PLACE = {latitude: "33.31523", longitude: "44.36606"};

/**
 * @param {string} title
 * @param {(close: function()) => Array<Node>} build
 */
function openSheet(title, build) {
    const heading = h("h2", {tabIndex: -1}, title);
    const dialog = h("dialog.sheet", {"aria-label": title});
    const close = () => dialog.close();
    dialog.append(
        h("div.sheet-head", {}, heading, iconButton("close", _t("Close"), close)),
        ...build(close)
    );
    dialog.addEventListener("click", (event) => event.target === dialog && close());
    dialog.addEventListener("close", () => dialog.remove());
    document.body.append(dialog);
    dialog.showModal();
    return dialog;
}

function menuItem(iconName, label, onclick) {
    return h("button.menu-item", {type: "button", onclick}, icon(iconName), label);
}

/** @param {Object<string, function()>} actions by name of the entry */
export function openAttachMenu(actions) {
    openSheet(_t("Send"), (close) => {
        const item = (iconName, label, name) =>
            menuItem(iconName, label, () => {
                close();
                actions[name]();
            });
        return [
            h(
                "div.menu",
                {},
                item("image", _t("Picture or video"), "picture"),
                item("file", _t("Document"), "document"),
                item("audio", _t("Audio file"), "audio"),
                item("location", _t("Location"), "location"),
                item("contact", _t("Contact"), "contact")
            ),
        ];
    });
}

/** @param {function(string)} onpick */
export function openReactions(onpick) {
    openSheet(_t("React"), (close) => [
        h(
            "div.reaction-menu",
            {},
            REACTIONS.map((emoji) =>
                h(
                    "button",
                    {
                        type: "button",
                        "aria-label": emoji,
                        onclick: () => {
                            close();
                            onpick(emoji);
                        },
                    },
                    emoji
                )
            )
        ),
    ]);
}

/** Let the person choose a row of a list message. */
export function openList(list, onpick) {
    openSheet(list.button, (close) => {
        const nodes = [];
        let section = "";
        for (const row of list.rows) {
            if (row.section && row.section !== section) {
                section = row.section;
                nodes.push(h("h3", {dir: "auto"}, section));
            }
            const pick = () => {
                close();
                onpick(row);
            };
            nodes.push(rowView(row, pick));
        }
        return [h("div.rows", {}, nodes)];
    });
}

function rowView(row, onclick) {
    return h(
        "button.row",
        {type: "button", onclick},
        h("bdi.row-title", {}, row.title),
        row.description && h("bdi.row-line", {}, row.description)
    );
}

function field(label, name, properties = {}) {
    return h("label.field", {}, label, h("input", {name, dir: "auto", ...properties}));
}

function openForm(title, fields, onsubmit) {
    return openSheet(title, (close) => {
        const submit = (event) => {
            event.preventDefault();
            close();
            onsubmit(Object.fromEntries(new FormData(form)));
        };
        const form = h(
            "form.form",
            {onsubmit: submit},
            fields,
            h("button.primary", {type: "submit"}, _t("Send"))
        );
        return [form];
    });
}

function fillPlace(dialog, button) {
    button.disabled = true;
    const fill = ({coords}) => {
        dialog.querySelector("[name=latitude]").value = coords.latitude.toFixed(5);
        dialog.querySelector("[name=longitude]").value = coords.longitude.toFixed(5);
        button.disabled = false;
    };
    const fail = () => button.replaceChildren(_t("Your position is not available."));
    navigator.geolocation.getCurrentPosition(fill, fail, {timeout: 10000});
}

export function openLocationForm(onsend) {
    const coordinate = {type: "number", step: "any", required: true, dir: "ltr"};
    const here =
        navigator.geolocation &&
        h(
            "button.secondary",
            {type: "button", onclick: () => fillPlace(dialog, here)},
            icon("target"),
            _t("Use my position")
        );
    const dialog = openForm(
        _t("Send location"),
        [
            here,
            field(_t("Name of the place"), "name", {maxlength: 100}),
            field(_t("Address"), "address", {maxlength: 200}),
            h(
                "div.field-pair",
                {},
                field(_t("Latitude"), "latitude", {
                    ...coordinate,
                    min: -90,
                    max: 90,
                    value: EXAMPLE_PLACE.latitude,
                }),
                field(_t("Longitude"), "longitude", {
                    ...coordinate,
                    min: -180,
                    max: 180,
                    value: EXAMPLE_PLACE.longitude,
                })
            ),
        ],
        ({name, address, latitude, longitude}) =>
            onsend({
                name,
                address,
                latitude: Number(latitude),
                longitude: Number(longitude),
            })
    );
}

export function openContactForm(onsend) {
    openForm(
        _t("Send contact"),
        [
            field(_t("Name"), "name", {required: true, maxlength: 100}),
            field(_t("Phone"), "phone", {type: "tel", dir: "ltr", maxlength: 40}),
            field(_t("Email"), "email", {type: "email", dir: "ltr", maxlength: 100}),
        ],
        ({name, phone, email}) =>
            onsend({
                name,
                phones: phone ? [phone] : [],
                emails: email ? [email] : [],
            })
    );
}
