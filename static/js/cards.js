// How cards come onto the board: as the "cards" swap, from the stream or from catching up. A card says where it belongs
// (column, position, version) and is put there; what is older than what stands there is left aside. The card in the
// hand waits until it is let go, and a column until the menu that is in use in it is.
const Cards = (() => {
  const waiting = new Map();
  let inHand = null, cameFrom = null;

  const isBusy = card => card && (card === inHand || (card.querySelector("[open]") && card.contains(document.activeElement)));

  // The column in which a menu is in use holds still: no control moves under the pointer.
  const heldColumn = () => {
    const card = document.activeElement?.closest(".card");
    return card?.querySelector("[open]") ? card.parentNode : null;
  };

  // The column of a card and the card that comes after it there, by its data.
  function place(board, { dataset }, card) {
    const list = board.querySelector(`[data-cards="${dataset.category}"]`);
    const next = [...list.children].find(other => other !== card && Number(other.dataset.position) > Number(dataset.position));
    return [list, next ?? null];
  }

  function put(board, fresh) {
    const card = document.getElementById(fresh.id);
    if (card && Number(card.dataset.version) > Number(fresh.dataset.version)) return;
    const held = heldColumn(), goesThere = held?.dataset.cards === fresh.dataset.category;
    if (isBusy(card) || (held && (goesThere || card?.parentNode === held))) return void waiting.set(fresh.id, fresh);
    if ("gone" in fresh.dataset) return void card?.remove();
    const [list, next] = place(board, fresh, card);
    if (card) update(card, fresh, list, next);
    else list.insertBefore(fresh, next);
    const here = card ?? fresh;
    here.classList.add("arrived");
    setTimeout(() => here.classList.remove("arrived"), 1500);
  }

  function update(card, fresh, list, next) {
    const focused = card.contains(document.activeElement) ? document.activeElement : null;
    const isTicked = card.querySelector(".tick :checked");
    if (card.parentNode !== list || card.nextElementSibling !== next) {
      list.moveBefore ? list.moveBefore(card, next) : list.insertBefore(card, next);
    }
    for (const { name, value } of fresh.attributes) card.setAttribute(name, value);
    if (card.innerHTML !== fresh.innerHTML) card.replaceChildren(...fresh.childNodes);
    if (isTicked) card.querySelector(".tick input").checked = true;
    if (focused && document.activeElement !== focused) (focused.isConnected ? focused : card).focus({ preventScroll: true });
  }

  function count(board) {
    for (const list of board.querySelectorAll("[data-cards]")) {
      list.parentNode.querySelector("[data-count]").textContent = list.querySelectorAll(".card").length;
    }
    document.dispatchEvent(new Event("counted"));
  }

  htmx.registerExtension("cards", {
    handle_swap(style, board, fragment) {
      if (style !== "cards") return false;
      for (const fresh of fragment.querySelectorAll("article.card")) put(board, fresh);
      count(board);
      return [];
    },
  });

  return {
    isBusy,

    take(card) { inHand = card; cameFrom = [card, card.parentNode, card.nextElementSibling]; },

    letGo() { inHand = null; },

    // What waited for its card is put, where that is free now.
    catchUp(board) {
      for (const [id, fresh] of [...waiting]) {
        waiting.delete(id);
        put(board, fresh);
      }
      count(board);
    },

    // Back to where the server last said it is; where cards do not stand by their own order, to where it was taken from.
    putBack(board, card) {
      const [list, next] = place(board, card, card);
      if (!board.hasAttribute("data-ordered")) list.insertBefore(card, next);
      else if (cameFrom?.[0] === card) list.insertBefore(card, cameFrom[2]?.parentNode === list ? cameFrom[2] : null);
      count(board);
    },
  };
})();
