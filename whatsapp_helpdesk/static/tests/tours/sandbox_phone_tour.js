/**
 * A customer's walk through the test phone, in a real browser. The page has nothing of
 * the web client, so this is no web_tour: `odoo.runPhoneTour()` does the steps and logs
 * how it ended. It looks at classes, not at words, so that it runs in every language.
 */
const PATIENCE = 15000; // milliseconds for one step

const find = (selector) => document.querySelector(selector);
const all = (selector) => [...document.querySelectorAll(selector)];
const lastOf = (selector) => all(selector).pop();

async function until(what, condition) {
    const end = Date.now() + PATIENCE;
    while (Date.now() < end) {
        const result = condition();
        if (result) {
            return result;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`The phone never got there: ${what}`);
}

function write(selector, text) {
    const input = find(selector);
    input.value = text;
    input.dispatchEvent(new Event("input", {bubbles: true}));
    return input;
}

function say(text) {
    const input = write(".composer .input", text);
    input.dispatchEvent(new KeyboardEvent("keydown", {key: "Enter", bubbles: true}));
}

/** The newest own message, once the helpdesk has it. */
function received(text) {
    return until(`"${text}" is received`, () => {
        const message = lastOf(".message.own");
        const arrived = message?.querySelector(".tick-received, .tick-read");
        return arrived && message.textContent.includes(text) && message;
    });
}

function answered(text) {
    return until(`"${text}" arrives`, () =>
        all(".message.other").find((message) => message.textContent.includes(text))
    );
}

async function chooseFromMenu(iconClass) {
    find(".composer .icon-plus").closest("button").click();
    const item = await until("the menu opens", () =>
        find(`dialog[open] .menu-item .${iconClass}`)
    );
    item.closest("button").click();
}

const steps = {
    async "the page is empty and ready to write"() {
        await until("the page is loaded", () => find(".empty:not([hidden])"));
        const composing = document.activeElement === find(".composer .input");
        if (!composing) {
            throw new Error("The cursor is not where one writes");
        }
    },
    async "the customer writes and an agent answers"() {
        say("Hello *helpdesk*");
        const own = await received("Hello helpdesk");
        if (own.querySelector("strong").textContent !== "helpdesk") {
            throw new Error("Formatting is not shown");
        }
        await answered("How can I help?");
    },
    async "a note of the agent does not show"() {
        if (document.body.textContent.includes("Internal remark")) {
            throw new Error("A note reached the customer");
        }
    },
    async "the customer presses a button"() {
        const button = await until("buttons arrive", () => find(".choice"));
        button.click();
        await received(button.textContent);
    },
    async "the customer reacts to a message"() {
        const message = await answered("How can I help?");
        message.querySelector(".tools .icon-smile").closest("button").click();
        const emoji = await until("reactions open", () =>
            find("dialog[open] .reaction-menu button")
        );
        emoji.click();
        await until("the reaction shows", () => find(".message.other .reaction"));
    },
    async "the customer quotes a message"() {
        const message = await answered("How can I help?");
        message.querySelector(".tools .icon-reply").closest("button").click();
        await until("the quote shows", () => find(".composer .quote"));
        say("With my order");
        const own = await received("With my order");
        if (!own.querySelector(".quote").textContent.includes("How can I help?")) {
            throw new Error("The quote is not shown");
        }
    },
    async "the customer sends a place"() {
        await chooseFromMenu("icon-location");
        await until("the form opens", () => find("dialog[open] [name=latitude]"));
        write("dialog[open] [name=name]", "Bridge");
        find("dialog[open] .primary").click();
        await received("Bridge");
    },
    async "the page is written in the direction of its language"() {
        const {lang, dir} = document.documentElement;
        if (dir !== (lang.startsWith("ar") ? "rtl" : "ltr")) {
            throw new Error(`${lang} is written ${dir}`);
        }
        const own = lastOf(".message.own .bubble").getBoundingClientRect();
        const other = lastOf(".message.other .bubble").getBoundingClientRect();
        if (dir === "rtl" ? own.left > other.left : own.left < other.left) {
            throw new Error("Own messages are on the wrong side");
        }
    },
};

odoo.runPhoneTour = async () => {
    try {
        for (const [name, step] of Object.entries(steps)) {
            console.log(`phone tour: ${name}`);
            await step();
        }
        console.log("phone tour succeeded");
    } catch (error) {
        console.error(`phone tour failed: ${error.message}`);
    }
};
