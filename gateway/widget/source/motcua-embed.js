// Puts the rating form into a frame where a link to it stands: <a data-motcua-rating href=".../r/TOKEN">.
const HERE = new URL(import.meta.url).origin;
for (const link of document.querySelectorAll("a[data-motcua-rating]")) {
  const address = new URL(link.href);
  const token = address.pathname.match(/^\/r\/([\w-]+)$/)?.[1];
  if (address.origin !== HERE || !token) continue;
  const nonce = crypto.getRandomValues(new Uint32Array(4)).join("-");
  const asked = new URLSearchParams({ parent: location.origin, nonce });
  const lang = link.dataset.lang ?? address.searchParams.get("lang");
  if (lang) asked.set("lang", lang);
  const frame = document.createElement("iframe");
  const given = {
    src: `${HERE}/embed/${token}?${asked}`,
    title: link.title || link.textContent.trim(),
    sandbox: "allow-forms allow-scripts allow-same-origin",
    referrerpolicy: "strict-origin",
    width: "100%",
    height: 600,
    frameborder: 0,
  };
  for (const name in given) frame.setAttribute(name, given[name]);
  addEventListener("message", ({ origin, source, data }) => {
    // The frame alone, of our server alone, and only about what was asked for here.
    if (origin !== HERE || source !== frame.contentWindow || data?.nonce !== nonce) return;
    const height = Math.ceil(data.height);
    if (data.type === "motcua:resize" && height > 0) frame.height = Math.min(height, 9999);
    else if (/^motcua:(ready|submitted)$/.test(data.type)) frame.dispatchEvent(new CustomEvent(data.type.replace(":", "-"), { bubbles: true }));
  });
  link.replaceWith(frame);
}
