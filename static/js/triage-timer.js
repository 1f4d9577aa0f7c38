// The minutes of a phase: it counts by itself from a deadline, by the server's clock. It says "over" and never moves on.
customElements.define("triage-timer", class extends HTMLElement {
  static observedAttributes = ["data-deadline"];
  static ahead = null;                          // how far the server's clock is ahead of ours, in milliseconds

  static {
    document.addEventListener("clock", ({ detail }) => { this.ahead = Number(detail.data) - Date.now(); });
  }

  connectedCallback() {
    this.constructor.ahead ??= Number(document.getElementById("main").dataset.now || Date.now()) - Date.now();
    this.ticking = setInterval(() => this.tick(), 250);
    this.tick();
  }

  disconnectedCallback() { clearInterval(this.ticking); }

  attributeChangedCallback() { if (this.ticking) this.tick(); }

  tick() {
    const deadline = Date.parse(this.dataset.deadline);
    const left = deadline - Date.now() - this.constructor.ahead;
    const isOver = left <= 0;
    // Only a zero that was reached while we looked is heard.
    if (isOver && this.deadline === deadline && this.left > 0) this.beep();
    [this.left, this.deadline] = [left, deadline];
    const seconds = Math.round(Math.abs(left) / 1000);      // our idea of the server's clock is late by its way to us
    const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
    if (!this.face) this.replaceChildren(this.face = document.createElement("span"));
    if (this.shown === time + isOver) return;
    this.shown = time + isOver;
    this.face.replaceChildren(time, ...isOver ? [Object.assign(document.createElement("small"), { textContent: " over" })] : []);
    this.face.className = isOver ? "over" : left < 60000 ? "soon" : "";
    const share = left / 60000 / (Number(this.dataset.minutes) || 1);
    this.face.style.setProperty("--left", Math.min(Math.max(share, 0), 1));
  }

  beep() {
    if (!document.querySelector("[data-sound]")?.checked) return;
    const audio = new AudioContext(), tone = audio.createOscillator(), volume = audio.createGain();
    volume.gain.setValueAtTime(.2, audio.currentTime);
    volume.gain.exponentialRampToValueAtTime(.001, audio.currentTime + .7);
    tone.frequency.value = 660;
    tone.connect(volume).connect(audio.destination);
    tone.start();
    tone.stop(audio.currentTime + .7);
    tone.onended = () => audio.close();
  }
});

// "Sound at zero" is asked for once, on this machine.
document.addEventListener("DOMContentLoaded", () => {
  const box = document.querySelector("[data-sound]");
  if (box) box.checked = localStorage.sound === "on";
});
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-sound]")) localStorage.sound = target.checked ? "on" : "off";
});
