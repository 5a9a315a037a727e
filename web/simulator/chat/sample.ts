/** A photo to send without having one: a piece of cloth with a stain, as customers complain about. */
export async function samplePhoto(): Promise<Blob> {
  const canvas = new OffscreenCanvas(720, 540);
  const paint = canvas.getContext("2d");
  if (!paint) throw new Error("no canvas");
  paint.fillStyle = "#2b1d14";
  paint.fillRect(0, 0, 720, 540);
  for (let y = 30; y < 560; y += 60) {
    for (let x = 30; x < 740; x += 60) {
      for (let petal = 0; petal < 4; petal++) {
        paint.save();
        paint.translate(x, y);
        paint.rotate(Math.PI / 4 + (petal * Math.PI) / 2);
        paint.fillStyle = petal % 2 ? "#d9a860" : "#e8c690";
        paint.beginPath();
        paint.ellipse(0, -22, 9, 16, 0, 0, Math.PI * 2);
        paint.fill();
        paint.restore();
      }
    }
  }
  const stain = paint.createRadialGradient(430, 290, 10, 430, 290, 150);
  stain.addColorStop(0, "rgba(40,60,90,.85)");
  stain.addColorStop(1, "rgba(40,60,90,0)");
  paint.fillStyle = stain;
  paint.fillRect(250, 120, 360, 340);
  return canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
}
