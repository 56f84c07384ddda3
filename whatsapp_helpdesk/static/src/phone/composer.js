/** Where the person writes, attaches and records. Calls `onsend(values, file)`. */
import {h, iconButton} from "./dom";
import {_t, formatDuration, formatSize} from "./i18n";
import {summary} from "./message_view";
import {MAX_SECONDS, Recorder} from "./recorder";
import {openAttachMenu, openContactForm, openLocationForm} from "./sheets";

/** What the file dialog offers; the server looks at the content itself. */
const ACCEPT = {
    picture: "image/*,video/*",
    document: "",
    audio: "audio/*",
};

function mediaKind(file, entry) {
    const main = file.type.split("/")[0];
    if (entry !== "document" && ["image", "video", "audio"].includes(main)) {
        return main;
    }
    return entry === "audio" ? "audio" : "document";
}

export class Composer {
    constructor({page, onsend}) {
        this.page = page;
        this.onsend = onsend;
        this.quote = null;
        this.recorder = null;
        this.input = h("textarea.input", {
            rows: 1,
            dir: "auto",
            name: "message",
            maxlength: page.max_text,
            placeholder: _t("Message"),
            "aria-label": _t("Message"),
            enterkeyhint: "send",
            oninput: () => this._refresh(),
            onkeydown: (event) => this._onKeydown(event),
            onpaste: (event) => this._onPaste(event),
        });
        this.context = h("div.composer-context", {hidden: true});
        this.notice = h("div.composer-notice", {role: "alert", hidden: true});
        this.bar = h("div.composer-bar");
        this.element = h("footer.composer", {}, this.notice, this.context, this.bar);
        this.attachButton = iconButton("plus", _t("Attach"), () => this._openAttach());
        this.sendButton = iconButton("send", _t("Send"), () => this.sendText(), "send");
        this.micButton = iconButton("mic", _t("Record a voice message"), () =>
            this._record()
        );
        this._showWriting();
    }

    // -- text --------------------------------------------------------------------

    focus() {
        this.input.focus();
    }

    _refresh() {
        this.input.style.height = "auto";
        this.input.style.height = `${Math.min(this.input.scrollHeight, 132)}px`;
        const empty = !this.input.value.trim();
        this.sendButton.hidden = empty;
        this.micButton.hidden = !empty;
    }

    _onKeydown(event) {
        if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
            event.preventDefault();
            this.sendText();
        } else if (event.key === "Escape" && this.quote) {
            this.setQuote(null);
        }
    }

    _onPaste(event) {
        const [file] = event.clipboardData.files;
        if (file) {
            event.preventDefault();
            this._sendFile(file, "picture");
        }
    }

    sendText() {
        const text = this.input.value.trim();
        if (!text) {
            return;
        }
        this.input.value = "";
        this._refresh();
        this._send({type: "text", text});
        this.focus();
    }

    _send(values, file) {
        this.showNotice("");
        const quote = this.quote || undefined;
        this.setQuote(null);
        this.onsend({...values, quote}, file);
    }

    setQuote(message) {
        this.quote = message;
        this.context.hidden = !message;
        this.context.replaceChildren();
        if (message) {
            const author = message.direction === "in" ? _t("You") : this.page.title;
            this.context.append(
                h(
                    "div.quote",
                    {},
                    h("span.quote-author", {}, _t("Reply to %(name)s", {name: author})),
                    h(
                        "span.quote-text",
                        {dir: "auto"},
                        summary(message) || _t("Message")
                    )
                ),
                iconButton("close", _t("Do not reply to it"), () => this.setQuote(null))
            );
            this.focus();
        }
    }

    showNotice(text) {
        this.notice.textContent = text;
        this.notice.hidden = !text;
    }

    // -- files, places, people -----------------------------------------------------

    _openAttach() {
        openAttachMenu({
            picture: () => this._chooseFile("picture"),
            document: () => this._chooseFile("document"),
            audio: () => this._chooseFile("audio"),
            location: () => this.askLocation(),
            contact: () => this.askContact(),
        });
    }

    askLocation() {
        openLocationForm((location) => this._send({type: "location", location}));
    }

    /** @param {Object} marks own: the card is the writer's, who was asked for it. */
    askContact(marks = {}) {
        openContactForm((contact) =>
            this._send({type: "contact", contact: {...contact, ...marks}})
        );
    }

    _chooseFile(entry) {
        const input = h("input", {
            type: "file",
            accept: ACCEPT[entry],
            onchange: () => input.files[0] && this._sendFile(input.files[0], entry),
        });
        input.click();
    }

    _sendFile(file, entry) {
        if (!this._checkSize(file)) {
            return;
        }
        const text = this.input.value.trim();
        const media = mediaKind(file, entry);
        const caption = media === "audio" ? "" : text;
        if (caption) {
            this.input.value = "";
            this._refresh();
        }
        this._send({type: "media", media, text: caption}, file);
    }

    _checkSize(file) {
        const {max_file: maxFile} = this.page;
        if (file.size > maxFile) {
            const size = formatSize(maxFile);
            this.showNotice(_t("Files can have %(size)s at most.", {size}));
            return false;
        }
        return true;
    }

    // -- voice ---------------------------------------------------------------------

    _showWriting() {
        this.bar.replaceChildren(
            this.attachButton,
            this.input,
            this.micButton,
            this.sendButton
        );
        this._refresh();
    }

    async _record() {
        if (!Recorder.available) {
            this._chooseFile("audio");
            return;
        }
        const recorder = new Recorder();
        try {
            await recorder.start();
        } catch {
            this.showNotice(
                _t("The microphone is not available. You can attach an audio file.")
            );
            return;
        }
        this.recorder = recorder;
        this._showRecording();
    }

    _showRecording() {
        const clock = h("span.record-clock", {role: "timer"}, formatDuration(0));
        this.recordTimer = setInterval(() => {
            clock.textContent = formatDuration(this.recorder.seconds);
            if (this.recorder.seconds > MAX_SECONDS) {
                this._finishRecording();
            }
        }, 250);
        const send = iconButton(
            "send",
            _t("Send"),
            () => this._finishRecording(),
            "send"
        );
        this.bar.replaceChildren(
            iconButton("trash", _t("Discard the recording"), () =>
                this._stopRecording()
            ),
            h("span.record", {}, h("span.record-dot"), _t("Recording"), clock),
            send
        );
        send.focus();
    }

    async _finishRecording() {
        clearInterval(this.recordTimer);
        const file = await this.recorder.stop();
        this._showWriting();
        if (this._checkSize(file)) {
            this._send({type: "media", media: "audio", voice: true, text: ""}, file);
        }
    }

    _stopRecording() {
        clearInterval(this.recordTimer);
        this.recorder.cancel();
        this._showWriting();
        this.focus();
    }
}
