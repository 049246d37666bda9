// A signature drawn with a finger, a pen or the mouse: strokes of whole points, kept in a hidden field.
const signHere = document.querySelector("[data-sign]");
if (signHere) {
  const field = signHere.form ?? signHere.closest("form");
  const kept = field.querySelector(`input[name="${signHere.dataset.sign}"]`);
  const ink = signHere.getContext("2d");
  let strokes = kept.value ? kept.value.split(";").map((stroke) => stroke.split(" ")) : [];
  let drawing = false;

  const draw = () => {
    ink.clearRect(0, 0, signHere.width, signHere.height);
    ink.lineWidth = 2.5;
    ink.lineCap = "round";
    ink.strokeStyle = getComputedStyle(signHere).color;
    strokes.forEach((stroke) => {
      ink.beginPath();
      stroke.forEach((point, place) => {
        const [x, y] = point.split(",").map(Number);
        if (place) ink.lineTo(x, y);
        else ink.moveTo(x, y);
      });
      ink.stroke();
    });
    kept.value = strokes.filter((stroke) => stroke.length > 1).map((stroke) => stroke.join(" ")).join(";");
  };
  const within = (value, most) => Math.min(most, Math.max(0, Math.round(value)));
  const pointOf = (event) => {
    const box = signHere.getBoundingClientRect();
    const x = within((event.clientX - box.left) * signHere.width / box.width, signHere.width);
    return `${x},${within((event.clientY - box.top) * signHere.height / box.height, signHere.height)}`;
  };
  signHere.addEventListener("pointerdown", (event) => {
    drawing = true;
    signHere.setPointerCapture(event.pointerId);
    strokes.push([pointOf(event)]);
    event.preventDefault();
  });
  signHere.addEventListener("pointermove", (event) => {
    const stroke = strokes.at(-1);
    // A drawing that is too long for the form is no signature any more: it goes on without new points.
    if (!drawing || kept.value.length > 19000 || stroke.at(-1) === pointOf(event)) return;
    stroke.push(pointOf(event));
    draw();
  });
  ["pointerup", "pointercancel"].forEach((name) => signHere.addEventListener(name, () => { drawing = false; draw(); }));
  field.querySelector("[data-sign-again]").addEventListener("click", () => { strokes = []; draw(); });
  draw();
}
