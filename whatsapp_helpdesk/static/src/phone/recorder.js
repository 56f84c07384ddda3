/** Records a voice message where the browser can. */

/** Best first: what messengers use, what most players can play. */
const TYPES = [
    "audio/ogg;codecs=opus",
    "audio/mp4;codecs=opus",
    "audio/mp4",
    "audio/webm;codecs=opus",
];
const EXTENSIONS = {"audio/ogg": "ogg", "audio/webm": "webm", "audio/mp4": "m4a"};
export const MAX_SECONDS = 120;

export class Recorder {
    /** Browsers offer the microphone on secure pages only (https or localhost). */
    static get available() {
        return Boolean(window.MediaRecorder && navigator.mediaDevices?.getUserMedia);
    }

    /** @throws when the person refuses the microphone or there is none */
    async start() {
        this.stream = await navigator.mediaDevices.getUserMedia({audio: true});
        const mimeType = TYPES.find((type) => MediaRecorder.isTypeSupported(type));
        this.chunks = [];
        this.recorder = new MediaRecorder(this.stream, mimeType ? {mimeType} : {});
        this.recorder.addEventListener("dataavailable", ({data}) =>
            this.chunks.push(data)
        );
        this.recorder.start();
        this.startedAt = Date.now();
    }

    get seconds() {
        return (Date.now() - this.startedAt) / 1000;
    }

    /** @returns {Promise<File>} */
    async stop() {
        const stopped = new Promise((resolve) =>
            this.recorder.addEventListener("stop", resolve, {once: true})
        );
        this.recorder.stop();
        await stopped;
        this._release();
        const type = this.recorder.mimeType.split(";")[0];
        const name = `voice.${EXTENSIONS[type] || "webm"}`;
        return new File(this.chunks, name, {type});
    }

    cancel() {
        this.recorder.stop();
        this._release();
    }

    _release() {
        this.stream.getTracks().forEach((track) => track.stop());
    }
}
