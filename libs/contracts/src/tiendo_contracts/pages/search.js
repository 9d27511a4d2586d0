"use strict";
// Letters without marks, so that "gia han" finds "gia hạn".
const plain = (text) =>
  text.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replaceAll("đ", "d");
const cards = [...document.querySelectorAll(".card")].map((card) => [card, plain(card.dataset.words)]);
const input = document.getElementById("search");

function search() {
  const words = plain(input.value).split(/\s+/).filter(Boolean);
  let found = 0;
  for (const [card, text] of cards) {
    card.hidden = !words.every((word) => text.includes(word));
    found += card.hidden ? 0 : 1;
  }
  for (const group of document.querySelectorAll(".group"))
    group.hidden = !group.querySelector(".card:not([hidden])");
  document.getElementById("found").textContent = found;
  document.getElementById("none").hidden = found > 0;
}

input.addEventListener("input", search);
search(); // the browser keeps what was typed when one comes back
