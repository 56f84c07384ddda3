/**
 * Opens screens whose every text was chosen by an attacker and looks for what came of
 * it. Used by tests/test_xss.py, which says which screens, and what was written there.
 */

/** The attacker's own element: a screen that shows it took a text for markup. */
const MARK = "x-pwn";
/** What `{{1234*5678}}` becomes where a text is taken for a template. */
const PRODUCT = "7006652";
const DANGEROUS_URL = /^\s*(javascript|vbscript|data:text)/i;

const sleep = (time) => new Promise((resolve) => setTimeout(resolve, time));

function* documents(doc) {
    yield doc;
    for (const frame of doc.querySelectorAll("iframe")) {
        if (frame.contentDocument) {
            yield* documents(frame.contentDocument);
        }
    }
}

/** Everything on the page that should not be there, as sentences. */
function findInjections() {
    const found = window.__xss ? [`code ran: ${window.__xss}`] : [];
    for (const doc of documents(document)) {
        if (doc.defaultView.__xss) {
            found.push("code ran in a frame");
        }
        for (const node of doc.querySelectorAll("*")) {
            found.push(...judge(node));
        }
        if (doc.body && doc.body.textContent.includes(PRODUCT)) {
            found.push("a text was taken for a template");
        }
    }
    return found;
}

function* judge(node) {
    const tag = node.localName;
    if (tag === MARK || (tag === "script" && node.textContent.includes("__xss"))) {
        yield `<${tag}> from a text, in ${place(node)}`;
    }
    if (["object", "embed", "base", "frame"].includes(tag)) {
        yield `<${tag}>, in ${place(node)}`;
    }
    for (const {name, value} of node.attributes) {
        // Odoo's own bundles say that way that they could not be loaded.
        if (name.startsWith("on") && value !== "__odooAssetError=1") {
            yield `${name}=${value}, in ${place(node)}`;
        }
        const isUrl = ["href", "src", "action", "formaction", "srcdoc"].includes(name);
        if (isUrl && DANGEROUS_URL.test(value)) {
            yield `${name}=${value}, in ${place(node)}`;
        }
    }
}

function place(node) {
    const parent = node.closest("[class]");
    return parent ? `.${parent.className}` : "the page";
}

/** Whether a text of the attacker's is on the page, or in one of its fields. */
function isTextShown() {
    const inputs = [...document.querySelectorAll("input, textarea")];
    const text = document.body.textContent + inputs.map(({value}) => value).join(" ");
    return text.includes(`<${MARK}>`);
}

/** Wait until the page has not changed for a while. */
async function settle() {
    let before = -1;
    for (let turn = 0; turn < 40; turn++) {
        await sleep(150);
        const now = document.querySelectorAll("*").length;
        const isBusy = document.querySelector(".o_blockUI, .o-mail-Thread-jumpPresent");
        if (now === before && !isBusy) {
            return;
        }
        before = now;
    }
}

async function getActionService() {
    while (!odoo.__WOWL_DEBUG__ || !document.querySelector(".o_action_manager")) {
        await sleep(50);
    }
    return odoo.__WOWL_DEBUG__.root.env.services.action;
}

async function waitForText() {
    for (let turn = 0; turn < 100 && !isTextShown(); turn++) {
        await sleep(200);
    }
}

/** Make titles and pop-ups, as when somebody points at everything. */
async function pointAtEverything() {
    for (const node of document.querySelectorAll("[title], [data-tooltip]")) {
        node.dispatchEvent(new MouseEvent("mouseenter", {bubbles: true}));
    }
    await sleep(100);
}

function closeDialogs() {
    for (const button of document.querySelectorAll(".modal .btn-close")) {
        button.click();
    }
}

/** Open one screen; return what is wrong with it. */
async function visit(action, {request, shows}) {
    try {
        await action.doAction(request, {clearBreadcrumbs: true});
    } catch (error) {
        return [`cannot be opened: ${error.message || error}`];
    }
    await settle();
    if (shows) {
        await waitForText();
    }
    await pointAtEverything();
    const faults = findInjections();
    if (shows && !isTextShown()) {
        faults.push("no attacker's text");
    }
    return faults;
}

/** An element of the attacker's has to be found, or nothing here means anything. */
function checkSearch() {
    const probe = document.body.appendChild(document.createElement(MARK));
    const found = findInjections();
    probe.remove();
    return found.length ? [] : ["this check finds nothing"];
}

/**
 * @param {Object[]} screens name and action of each, and whether a text of the
 *     attacker's has to be on it
 */
odoo.visitHelpdeskScreens = async (screens) => {
    const action = await getActionService();
    const faults = checkSearch();
    const blank = [];
    for (const screen of screens) {
        const found = await visit(action, screen);
        faults.push(...found.map((fault) => `${screen.name}: ${fault}`));
        if (!isTextShown()) {
            blank.push(screen.name);
        }
        closeDialogs();
    }
    console.log(`without a text of the attacker's: ${blank.join(", ")}`);
    if (faults.length) {
        console.error(faults.slice(0, 20).join("\n"));
    } else {
        console.log("no xss found");
    }
};
