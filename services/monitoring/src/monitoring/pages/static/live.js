// Keeps an open page true: listens for changes and lets htmx fetch the content again.
(() => {
  "use strict";
  const content = document.getElementById("content");
  const status = document.getElementById("live");
  if (!content || !status || !content.dataset.sequence) return;

  const AT_MOST_EVERY = 1000;
  const watched = content.dataset.watch;
  let sequence = Number(content.dataset.sequence);
  let source = null;
  let again = null;
  let fetchedAt = 0;
  let fresh = new Set();

  const show = (state) => {
    if (status.dataset.state === state) return;
    status.dataset.state = state;
    status.textContent = status.dataset[state];
  };

  const refresh = () => {
    if (again || document.hidden) return;
    const wait = Math.max(0, fetchedAt + AT_MOST_EVERY - Date.now());
    again = setTimeout(() => {
      again = null;
      fetchedAt = Date.now();
      htmx.trigger(content, "tiendo:changed");
    }, wait);
  };

  const changed = (message) => {
    const news = JSON.parse(message.data);
    sequence = Math.max(sequence, news.sequence);
    news.assignments.forEach((id) => fresh.add(id));
    const concerns = news.more || message.type === "time" || news.assignments.includes(watched);
    if (!watched || concerns) refresh();
  };

  const listen = () => {
    if (source) source.close();
    source = new EventSource(`/v1/stream?since=${sequence}`);
    source.addEventListener("open", () => show("on"));
    source.addEventListener("change", changed);
    source.addEventListener("time", changed);
    source.addEventListener("error", () => {
      show("off");
      if (source.readyState === EventSource.CLOSED) setTimeout(resume, 5000);
    });
  };

  const resume = () => {
    if (document.hidden) return;
    refresh();
    listen();
  };

  // A hidden page lets go of its connection: browsers allow only a few to one server.
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) resume();
    else if (source) source.close();
  });
  content.addEventListener("htmx:afterSettle", () => {
    fresh.forEach((id) => {
      content.querySelectorAll(`[data-of="${id}"]`).forEach((row) => row.classList.add("fresh"));
    });
    fresh = new Set();
  });
  listen();
})();
