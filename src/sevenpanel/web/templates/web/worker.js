{% load static %}// Keeps static files and the offline page, and nothing else: whatever belongs to a person comes from the desk each time.

const CACHE = "static {{ version|escapejs }}";
const OFFLINE = "{% url 'offline' %}";
const STATIC = "{% static '' %}";
const KEPT = ["{% static 'web/all.css' %}", "{% static 'web/favicon.svg' %}"];

// Without cookies, so that the page that is kept is nobody's.
async function fill() {
  const cache = await caches.open(CACHE);
  await cache.addAll([new Request(OFFLINE, {credentials: "omit", cache: "reload"}), ...KEPT]);
}

async function forgetOthers() {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await self.clients.claim();
}

// What the desk answers counts; what is kept is for when it does not.
async function file(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok && answer.type === "basic") (await caches.open(CACHE)).put(request, answer.clone());
    return answer;
  } catch (gone) {
    const kept = await caches.match(request);
    if (kept) return kept;
    throw gone;
  }
}

async function page(request) {
  try {
    return await fetch(request);
  } catch (gone) {
    const kept = await caches.match(OFFLINE);
    if (kept) return kept;
    throw gone;
  }
}

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(forgetOthers()));
self.addEventListener("fetch", (event) => {
  const {request} = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith(STATIC)) event.respondWith(file(request));
  else if (request.mode === "navigate") event.respondWith(page(request));
});
