// Tells the page around the frame how things stand: that page alone, as the server knows it.
// What became of a form that was sent takes the focus; `autofocus` is not heard in frames of another site.
document.getElementById("outcome")?.focus();
const { parent: site, nonce, said } = document.body.dataset;
if (site && nonce && parent !== window) {
  const tell = (type, more) => parent.postMessage({ type: "motcua:" + type, nonce, ...more }, site);
  tell("ready");
  if (said) tell(said);
  new ResizeObserver(() => tell("resize", { height: document.documentElement.offsetHeight })).observe(document.body);
}
