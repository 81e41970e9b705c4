// Keeps the shell, so that the kiosk starts without a network. What citizens tap is never kept here.
const SHELL = "kiosk-VERSION";
const FILES = ["/kiosk", ...FILE_NAMES];

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(SHELL).then((cache) =>
      cache.addAll(FILES.map((file) => new Request(file, { cache: "reload" }))),
    ).then(() => self.skipWaiting()),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys()
      .then((names) => Promise.all(names.filter((name) => name.startsWith("kiosk-") && name !== SHELL)
        .map((name) => caches.delete(name))))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("fetch", (event) => {
  const { pathname, origin } = new URL(event.request.url);
  if (event.request.method !== "GET" || origin !== self.location.origin || !FILES.includes(pathname)) return;
  event.respondWith(
    caches.open(SHELL)
      .then((cache) => cache.match(pathname))
      .then((kept) => kept || fetch(event.request)),
  );
});
