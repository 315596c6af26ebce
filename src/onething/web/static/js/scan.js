// The camera looks for a QR code; nothing leaves the phone but the text of the code.
export default function scan(box) {
  const video = box.querySelector("video");
  const words = box.querySelector("[data-words]");
  const button = box.querySelector("button");
  const label = button.querySelector("[data-label]");
  const startWords = label.textContent;
  const canvas = document.createElement("canvas");
  let stream = null;
  if (!navigator.mediaDevices?.getUserMedia) return;
  box.hidden = false;

  async function reader() {
    if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
      const detector = new BarcodeDetector({ formats: ["qr_code"] });
      return async () => (await detector.detect(canvas))[0]?.rawValue;
    }
    const zxing = await import(box.dataset.reader);
    zxing.prepareZXingModule({ overrides: { locateFile: () => box.dataset.wasm } });
    return async (pixels) => (await zxing.readBarcodes(pixels, { formats: ["QRCode"], maxNumberOfSymbols: 1 }))[0]?.text;
  }

  function stop() {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    video.hidden = true;
    label.textContent = startWords;
  }

  async function look(read) {
    const context = canvas.getContext("2d", { willReadFrequently: true });
    while (stream) {
      if (video.videoWidth) {
        const scale = Math.min(1, 900 / Math.max(video.videoWidth, video.videoHeight));
        canvas.width = Math.round(video.videoWidth * scale);
        canvas.height = Math.round(video.videoHeight * scale);
        context.drawImage(video, 0, 0, canvas.width, canvas.height);
        const text = await read(context.getImageData(0, 0, canvas.width, canvas.height)).catch(() => null);
        if (text && stream) {
          stop();
          location.assign(`/verify?code=${encodeURIComponent(text)}`);
          return;
        }
      }
      await new Promise((resolve) => setTimeout(resolve, 120));
    }
  }

  button.addEventListener("click", async () => {
    if (stream) { stop(); return; }
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1280 } } });
    } catch {
      words.textContent = box.dataset.denied;
      return;
    }
    video.srcObject = stream;
    video.hidden = false;
    words.textContent = box.dataset.looking;
    label.textContent = box.dataset.stop;
    await video.play().catch(() => {});
    try {
      await look(await reader());
    } catch {
      stop();
      words.textContent = box.dataset.denied;
    }
  });
}
