'use strict';
(() => {
  const data = JSON.parse(document.getElementById('data').textContent);
  const text = document.getElementById('text');
  const tip = document.getElementById('tip');
  const by = document.getElementById('by');
  const spans = Array.from(text.children);
  const rows = Array.from(document.querySelectorAll('#cells tr'));
  const surprise = spans.map((span) => span.className);
  const unknown = new Set(data.unknown);
  let current = -1;
  let pinned = false;

  const activation = (value) => {
    const level = Math.round(Math.abs(value) * 8 / 100);
    return level === 0 ? 's0' : (value < 0 ? 'n' : 'p') + level;
  };

  const colour = () => {
    const cell = data.cells[by.value];
    spans.forEach((span, k) => {
      span.className = cell ? activation(cell.values[k]) : surprise[k];
    });
    if (current >= 0) spans[current].classList.add('at');
    document.getElementById('of-surprise').hidden = Boolean(cell);
    document.getElementById('of-cells').hidden = !cell;
    rows.forEach((row) => row.classList.toggle('on', row.dataset.cell === by.value));
    if (!tip.hidden) show(current);
  };

  const element = (kind, words, style) => {
    const made = document.createElement(kind);
    if (words) made.textContent = words;
    if (style) made.className = style;
    return made;
  };

  const percent = (p) => (p >= 0.0995 ? (100 * p).toFixed(0) : (100 * p).toFixed(1)) + '%';

  const guesses = (list, actual) => {
    const table = element('table');
    for (let k = 0; k < list.length; k += 2) {
      const row = element('tr', '', list[k] === actual ? 'right' : '');
      row.append(element('td', data.labels[list[k]]), element('td', percent(list[k + 1]), 'n'));
      const share = element('td', '', 'share');
      const bar = element('div');
      bar.style.width = 100 * list[k + 1] + '%';
      share.append(bar);
      row.append(share);
      table.append(row);
    }
    return table;
  };

  const ordinal = (n) => {
    const last = n % 100;
    const end = last > 10 && last < 14 ? 'th' : ['th', 'st', 'nd', 'rd'][n % 10] || 'th';
    return n.toLocaleString('en') + end;
  };

  const show = (k) => {
    const head = element('div');
    head.append(element('b', data.labels[data.shown[k]]));
    if (k === 0) {
      head.append(': the first, so it has no prediction');
    } else {
      const bits = data.bits[k];
      const among = data.guesses[k].findIndex((n, i) => i % 2 === 0 && n === data.shown[k]);
      const p = among < 0 ? 2 ** -bits : data.guesses[k][among + 1];
      head.append(': ' + bits.toFixed(2) + ' bits (' + percent(p) + '), '
        + (data.ranks[k] === 1 ? 'the first guess' : 'the ' + ordinal(data.ranks[k]) + ' guess'));
    }
    if (unknown.has(k)) head.append('; not in the vocabulary, read as the unknown symbol');
    tip.replaceChildren(head);
    if (k > 0) tip.append(guesses(data.guesses[k], data.shown[k]));
    const cell = data.cells[by.value];
    if (cell) {
      const value = (cell.values[k] / 100).toFixed(2);
      tip.append(element('div', cell.name + ': ' + (cell.values[k] > 0 ? '+' : '') + value));
    }
    if (k === spans.length - 1) {
      tip.append(element('div', 'The text ends here; next the model expects'), guesses(data.next, -1));
    }
    tip.hidden = false;
    place(spans[k]);
  };

  const place = (span) => {
    const at = span.getClientRects()[0];
    const width = document.documentElement.clientWidth;
    const left = Math.max(8, Math.min(at.left, width - tip.offsetWidth - 8));
    const below = at.bottom + 8 + tip.offsetHeight <= window.innerHeight || at.top < tip.offsetHeight + 8;
    const top = below ? at.bottom + 8 : at.top - tip.offsetHeight - 8;
    tip.style.left = left + window.scrollX + 'px';
    tip.style.top = top + window.scrollY + 'px';
  };

  const go = (k) => {
    if (current >= 0) spans[current].classList.remove('at');
    current = k;
    spans[k].classList.add('at');
    show(k);
  };

  const leave = () => {
    pinned = false;
    tip.hidden = true;
    if (current >= 0) spans[current].classList.remove('at');
    current = -1;
  };

  const under = (event) => {
    const span = event.target.closest('#text > span');
    return span ? spans.indexOf(span) : -1;
  };

  text.addEventListener('pointerover', (event) => {
    const k = under(event);
    if (k >= 0 && !pinned) go(k);
  });
  text.addEventListener('pointerleave', () => {
    if (!pinned) leave();
  });
  text.addEventListener('click', (event) => {
    const k = under(event);
    if (k < 0 || (pinned && k === current)) {
      leave();
    } else {
      go(k);
      pinned = true;
    }
  });
  text.addEventListener('keydown', (event) => {
    const moves = { ArrowRight: 1, ArrowLeft: -1 };
    if (event.key === 'Escape') {
      leave();
    } else if (event.key in moves) {
      event.preventDefault();
      pinned = true;
      go(Math.max(0, Math.min(spans.length - 1, current + moves[event.key])));
      spans[current].scrollIntoView({ block: 'nearest' });
      place(spans[current]);
    }
  });
  by.addEventListener('change', colour);
  rows.forEach((row) => row.addEventListener('click', () => {
    by.value = row.dataset.cell;
    colour();
    document.getElementById('bar').scrollIntoView({ block: 'nearest' });
  }));

  // page.html#by=0&at=120 opens with the first cell and character 120 selected
  const selected = new URLSearchParams(location.hash.slice(1));
  if (data.cells[selected.get('by')]) by.value = selected.get('by');
  colour();
  if (spans[selected.get('at')]) {
    pinned = true;
    go(Number(selected.get('at')));
  }
})();
