// Keeps an open page true: listens for changes and lets htmx fetch the content again.
(() => {
  "use strict";
  const content = document.getElementById("content");
  const status = document.getElementById("live");
  if (!content || !status) return;
  const watched = content.dataset.watch;
  let sequence = Number(content.dataset.sequence);
  let source, again;
  let fetchedAt = 0;
  let fresh = new Set();

  const show = (state) => {
    if (status.dataset.state !== state) status.textContent = status.dataset[state];
    status.dataset.state = state;
  };
  const refresh = () => {
    if (again || document.hidden) return;
    again = setTimeout(() => {
      again = undefined;
      fetchedAt = Date.now();
      htmx.trigger(content, "tiendo:changed");
    }, Math.max(0, fetchedAt + 1000 - Date.now()));
  };
  const changed = (message) => {
    const news = JSON.parse(message.data);
    sequence = Math.max(sequence, news.sequence);
    news.assignments.forEach((id) => fresh.add(id));
    const timed = news.kinds.includes("time");
    if (!watched || timed || news.more || news.assignments.includes(watched)) refresh();
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
  document.addEventListener("visibilitychange", () => (document.hidden ? source.close() : resume()));
  content.addEventListener("htmx:afterSettle", () => {
    const rows = [...content.querySelectorAll("[data-of]")];
    rows.filter((row) => fresh.has(row.dataset.of)).forEach((row) => row.classList.add("fresh"));
    fresh = new Set();
  });
  listen();
})();
