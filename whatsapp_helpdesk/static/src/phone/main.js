/** Starts the page. */
import {endView, Phone} from "./phone";

function start() {
    const root = document.getElementById("phone");
    // Changing only the part after "#" does not load the page again by itself.
    window.addEventListener("hashchange", () => location.reload());
    const token = location.hash.slice(1);
    if (!token) {
        root.replaceChildren(endView());
        return;
    }
    const phone = new Phone(root, token);
    phone.start();
    phone.composer.focus();
}

if (document.readyState === "loading") {
    document.addEventListener("DOMContentLoaded", start);
} else {
    start();
}
