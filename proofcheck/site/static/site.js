// The catalogue's script: everything here improves pages that read without it. No other file is asked for.
"use strict";
const QUERY = (() => { // the rules of proofcheck/catalogue/query.py; a test holds both to one table of answers
  const MEASURES = ["width", "depth", "neurons", "nonzeros", "largest_weight", "weight_bits", "inputs", "outputs", "volume"];
  const KINDS = ["computes", "approximates", "property", "exact", "relation", "enclosure", "probably", "forall", "grows", "unrolls"];
  const HOW = ["certified", "established", "unrefuted", "refuted", "unknown", "unjudged"];
  const FIELDS = ["name", "subject", "paper", "act", "form", "scope", "claim"], SAME = { activation: "act", kind: "claim", source: "paper" };
  const fraction = s => { const [p, q] = String(s).split("/"); return [BigInt(p), BigInt(q || 1)]; };
  const cmp = (a, b) => { const d = a[0] * b[1] - b[0] * a[1]; return d < 0n ? -1 : d > 0n ? 1 : 0; };
  const not = a => a === null ? null : !a;
  const all = xs => xs.includes(false) ? false : xs.includes(null) ? null : true;
  const any = xs => xs.includes(true) ? true : xs.includes(null) ? null : false;
  function word(text) {
    const asks = text[0] === "?", negated = text[0] === "~", bare = asks || negated ? text.slice(1) : text, mode = { asks, negated };
    if (!bare) throw new Error(`“${text}” asks nothing: write ~ and ? in front of a term, as in ?depth<=2`);
    const m = bare.match(/^([a-z_]+)(<=|>=|==|<|>|=)(-?\d+(?:\/\d+)?)$/);
    if (m) {
      if (!MEASURES.includes(m[1])) throw new Error(`“${m[1]}” is no size: known are ${MEASURES.join(", ")}`);
      if (/\/0+$/.test(m[3])) throw new Error(`${m[3]} has no value: compare ${m[1]} with a number`);
      return { op: "measure", text: m[1], compare: m[2] === "==" ? "=" : m[2], number: fraction(m[3]), ...mode };
    }
    if (HOW.includes(bare)) return { op: bare, text: "", ...mode };
    const colon = bare.indexOf(":");
    if (colon < 0) return { op: "text", text: bare, ...mode };
    const name = bare.slice(0, colon), field = SAME[name] || name;
    if (!FIELDS.includes(field) && !KINDS.includes(field)) throw new Error(`“${name}” is no field of a query: known are ${[...FIELDS, ...KINDS].join(", ")}`);
    return { op: field, text: bare.slice(colon + 1), ...mode };
  }
  const parse = query => query.toLowerCase().split(/\s+/).filter(Boolean).map(word);
  const sized = w => KINDS.includes(w.op) || w.op === "measure";
  function expand(item) { // sizes by number become sizes by name
    const claims = item.claims.map(c => { const settled = {}; for (const [how, runs] of Object.entries(c.settled)) for (const [a, b] of runs) for (let i = a; i <= b; i++) settled[item.sizes[i]] = how; return { ...c, settled }; });
    const facts = []; for (const [measure, op, how, ids, values] of item.facts) ids.forEach((i, k) => facts.push([measure, item.sizes[i], op, fraction(values[k]), how]));
    return { ...item, claims, facts, sizes: item.sizes.length ? item.sizes : ["all sizes"] };
  }
  function within(c, bound, low, high) {
    if (c === "<" || c === ">=") { const b = high !== null && cmp(high, bound) < 0 ? true : low !== null && cmp(low, bound) >= 0 ? false : null; return c === "<" ? b : not(b); }
    if (c === "<=" || c === ">") { const b = high !== null && cmp(high, bound) <= 0 ? true : low !== null && cmp(low, bound) > 0 ? false : null; return c === "<=" ? b : not(b); }
    if (low !== null && high !== null && cmp(low, high) === 0) return cmp(low, bound) === 0;
    return (high !== null && cmp(high, bound) < 0) || (low !== null && cmp(low, bound) > 0) ? false : null;
  }
  function at(w, item, size, accepted) {
    let answer;
    if (w.op === "measure") {
      let low = null, high = null;
      for (const [name, where, op, value, how] of item.facts) {
        if (name !== w.text || where !== size || (accepted.size && !accepted.has(how))) continue;
        if (op !== "<=" && (low === null || cmp(value, low) > 0)) low = value;
        if (op !== ">=" && (high === null || cmp(value, high) < 0)) high = value;
      }
      answer = within(w.compare, w.number, low, high);
    } else {
      const found = [];
      for (const c of item.claims) {
        if (c.kind !== w.op || !c.says.includes(w.text) || !(size in c.settled)) continue;
        const how = c.settled[size], holds = how === "certified" || how === "established";
        found.push(accepted.size ? accepted.has(how) || (how === "unknown" || how === "unjudged" ? null : false) : holds ? true : how === "refuted" ? false : null);
      }
      answer = any(found);
    }
    return w.negated ? not(answer) : answer;
  }
  function whole(w, item, accepted) {
    let answer;
    if (sized(w)) answer = any(item.sizes.map(size => at({ ...w, negated: false }, item, size, accepted)));
    else if (w.op === "text") answer = item.text.includes(w.text) || item.claims.some(c => c.says.includes(w.text));
    else if (HOW.includes(w.op)) { const wanted = w.op === "established" ? ["certified", "established"] : [w.op]; answer = item.claims.some(c => Object.values(c.settled).some(h => wanted.includes(h))); }
    else if (w.op === "claim") answer = item.claims.some(c => c.kind === w.text || c.name.toLowerCase() === w.text);
    else if (w.op === "act" || w.op === "scope") answer = w.op === "act" && !item.act.length ? null : item[w.op].includes(w.text);
    else answer = item[w.op].includes(w.text);
    return w.asks ? answer === null : w.negated ? not(answer) : answer;
  }
  function match(words, item) {
    const strengths = new Set(words.filter(w => HOW.includes(w.op) && !w.negated && !w.asks).map(w => w.op));
    const accepted = new Set(strengths); if (strengths.has("established")) accepted.add("certified");
    const some = words.filter(w => sized(w) && !w.asks);
    let rest = words.filter(w => !(sized(w) && !w.asks));
    if (some.length) rest = rest.filter(w => !strengths.has(w.op) || w.negated || w.asks);
    const answers = rest.map(w => whole(w, item, accepted)); let sizes = [];
    if (some.length) { const here = item.sizes.map(size => [size, all(some.map(w => at(w, item, size, accepted)))]); sizes = here.filter(h => h[1]).map(h => h[0]); answers.push(any(here.map(h => h[1]))); }
    return { answer: all(answers), sizes };
  }
  return { parse, match, expand };
})();

const EXACT = (() => { // rationals p/q with BigInt: never a float
  const gcd = (a, b) => { a = a < 0n ? -a : a; while (b) [a, b] = [b, a % b]; return a; };
  const Q = (p, q = 1n) => { if (q < 0n) [p, q] = [-p, -q]; const g = gcd(p, q) || 1n; return { p: p / g, q: q / g }; };
  const add = (a, b) => Q(a.p * b.q + b.p * a.q, a.q * b.q), times = (a, b) => Q(a.p * b.p, a.q * b.q);
  const less = (a, b) => a.p * b.q < b.p * a.q, zero = Q(0n), one = Q(1n);
  const show = a => (a.p < 0n ? "−" : "") + (a.p < 0n ? -a.p : a.p) + (a.q === 1n ? "" : "/" + a.q);
  function parse(s) {
    s = String(s).trim().replace("−", "-"); if (s.length > 40) return null; let m;
    if ((m = s.match(/^(-?\d+)(?:\/(\d+))?$/))) return m[2] && BigInt(m[2]) === 0n ? null : Q(BigInt(m[1]), BigInt(m[2] || 1));
    if ((m = s.match(/^(-?)(\d*)\.(\d+)$/))) return Q(BigInt(m[1] + (m[2] || "0") + m[3]), 10n ** BigInt(m[3].length));
    return null;
  }
  function activate(kind, slope, v) {
    if (kind === "relu") return less(v, zero) ? zero : v;
    if (kind === "leaky_relu") return less(v, zero) ? times(slope, v) : v;
    if (kind === "step") return less(v, zero) ? zero : one;
    if (kind === "saturated_linear") return less(v, zero) ? zero : less(one, v) ? one : v;
    return v;
  }
  const load = nodes => nodes.map(n => ({ ...n, slope: parse(n.slope), bias: parse(n.bias), terms: n.terms.map(([k, w]) => [k, parse(w)]) }));
  function run(nodes, inputs) { // values of all nodes, inputs given by id
    const value = { ...inputs };
    for (const n of nodes) if (n.role !== "input") value[n.id] = activate(n.kind, n.slope, n.terms.reduce((s, [k, w]) => add(s, times(w, value[k])), n.bias));
    return value;
  }
  return { Q, add, times, less, show, parse, load, run, zero };
})();

if (typeof module !== "undefined") module.exports = { QUERY, EXACT };
if (typeof document !== "undefined") {
  const $ = (s, r = document) => r.querySelector(s), $$ = (s, r = document) => [...r.querySelectorAll(s)];
  const make = (tag, attributes = {}, ...children) => { const e = document.createElement(tag); for (const [k, v] of Object.entries(attributes)) k === "text" ? e.textContent = v : e.setAttribute(k, v); e.append(...children); return e; };
  const data = id => { const e = document.getElementById(id); return e ? JSON.parse(e.textContent) : null; };
  document.documentElement.classList.add("js");

  /* theme: the system decides until the reader does */
  (() => {
    const root = document.documentElement, dark = matchMedia("(prefers-color-scheme: dark)"), button = make("button", { class: "theme", type: "button" });
    const now = () => root.dataset.theme || (dark.matches ? "dark" : "light");
    const label = () => { button.textContent = now() === "dark" ? "Light" : "Dark"; button.setAttribute("aria-label", `Switch to ${button.textContent.toLowerCase()} theme`); };
    button.onclick = () => { root.dataset.theme = now() === "dark" ? "light" : "dark"; try { localStorage.theme = root.dataset.theme; } catch (e) { /* private mode */ } label(); };
    dark.addEventListener("change", label); $("#theme").replaceWith(button); label();
  })();

  $$("[data-copies]").forEach(box => {
    const text = document.getElementById(box.dataset.copies), button = make("button", { class: "btn", type: "button", text: "Copy" });
    button.onclick = async () => { try { await navigator.clipboard.writeText(text.textContent); button.textContent = "Copied"; } catch (e) { button.textContent = "Select it"; getSelection().selectAllChildren(text); } setTimeout(() => { button.textContent = "Copy"; }, 1600); };
    box.append(button);
  });

  /* home: search and filters; the address carries the query */
  (() => {
    const place = $("#searchplace"); if (!place) return;
    const items = data("items").map(QUERY.expand), list = $("#rows"), rows = $$(".row", list);
    const q = make("input", { id: "q", type: "search", placeholder: "maximum, sorting, depth<=2 …", autocomplete: "off", spellcheck: "false", "aria-describedby": "qhelp" });
    const form = make("form", { class: "search", role: "search" }, make("label", { class: "vh", for: "q", text: "Search constructions" }), q); form.onsubmit = e => e.preventDefault();
    const tries = make("p", { class: "tries", id: "qhelp" }, "Try ");
    JSON.parse(place.dataset.tries).forEach(t => { const b = make("button", { type: "button", text: t }); b.onclick = () => { q.value = t; q.focus(); update(); }; tries.append(b); });
    place.append(form, tries);
    const clear = make("button", { class: "btn", type: "button", text: "Clear filters" }); $("#filters").append(clear);
    const cited = rows.map(r => $(".meta", r).textContent.split(" · ")[0].trim());
    const values = { how: i => new Set(items[i].claims.flatMap(c => Object.values(c.settled))), scope: i => new Set(items[i].scope), claim: i => new Set(items[i].claims.map(c => c.kind)), subject: i => new Set([items[i].subject]), act: i => new Set(items[i].act), cited: i => new Set([cited[i]]) };
    const has = rows.map((r, i) => Object.fromEntries(Object.entries(values).map(([k, f]) => [k, f(i)])));
    const passes = (i, picks) => Object.entries(picks).every(([k, vs]) => !vs.length || vs.some(v => has[i][k].has(v)));
    function update() {
      let words = [], trouble = ""; try { words = QUERY.parse(q.value); } catch (e) { trouble = e.message; }
      const picks = {}; $$(".facets input:checked").forEach(i => (picks[i.name] ??= []).push(i.value));
      const found = items.map(item => QUERY.match(words, item)); let n = 0, open = 0;
      rows.forEach((r, i) => {
        const on = !trouble && found[i].answer === true && passes(i, picks); r.hidden = !on; n += on; open += !trouble && found[i].answer === null && passes(i, picks);
        const at = $(".at", r), s = found[i].sizes; at.hidden = !on || !s.length || s.length === items[i].sizes.length; at.textContent = s.length > 6 ? `at ${s.length} sizes, first ${s[0]}` : `at ${s.join("; ")}`;
      });
      $$(".facets label").forEach(l => { const i = $("input", l), c = trouble ? 0 : rows.filter((r, k) => found[k].answer === true && passes(k, { ...picks, [i.name]: [i.value] })).length; l.lastElementChild.textContent = c; l.classList.toggle("zero", !c); });
      $("#count").textContent = `${n} of ${rows.length} constructions${open ? `; of ${open} more it is unknown` : ""}`;
      const none = $("#none"); none.hidden = n > 0; none.classList.toggle("error", !!trouble);
      none.textContent = trouble || (open ? `Nothing is known to match. Of ${open} it is unknown: a ? in front of a term shows them, as in ?depth<=2.` : "Nothing matches all of this. Clear a filter, or drop the last word.");
      history.replaceState(null, "", q.value ? "?q=" + encodeURIComponent(q.value) + location.hash : location.pathname + location.hash);
    }
    q.value = new URLSearchParams(location.search).get("q") || "";
    q.oninput = update; $$(".facets input").forEach(i => { i.onchange = update; });
    clear.onclick = () => { $$(".facets input").forEach(i => { i.checked = false; }); q.value = ""; update(); };
    document.addEventListener("keydown", e => { if (e.key === "/" && !/INPUT|SELECT|TEXTAREA/.test(e.target.tagName)) { e.preventDefault(); q.focus(); } });
    if (matchMedia("(max-width: 700px)").matches) $("#filters").open = false;
    update();
  })();

  /* playground */
  (() => {
    const given = data("netdata"); if (!given) return;
    const { show, parse, less } = EXACT, nodes = EXACT.load(given.nodes), by = Object.fromEntries(nodes.map(n => [n.id, n])), inputs = nodes.filter(n => n.role === "input"), outputs = nodes.filter(n => n.role === "output");
    const x = {}; let val = {}, chosen = (nodes.find(n => n.role === "neuron") || outputs[0]).id, held = null;
    const out = make("output", { id: "out", "aria-live": "polite" }), shuffle = make("button", { class: "btn", type: "button", id: "shuffle", text: "New numbers" });
    $("#nethead").append(make("span", { text: "Whole numbers, fractions (7/2) or decimals (0.25), computed here in exact rationals." }), shuffle, make("span", { class: "out" }, outputs.length > 1 ? "" : outputs[0].name + " = ", out));
    const fields = make("fieldset", { class: "ins" }, make("legend", { class: "vh", text: "inputs" })), note = make("p", { class: "small soft", id: "outside", role: "status", style: "margin:0;grid-column:1/-1" });
    inputs.forEach((n, i) => {
      const [low, high, step] = given.domain[i].map(parse);
      const ratio = (a, b) => b.p ? EXACT.Q(a.p * b.q, a.q * b.p) : EXACT.zero, above = v => EXACT.add(v, { p: -low.p, q: low.q }), whole = v => { const k = ratio(above(v), step); return k.p / k.q; };
      const steps = Math.max(1, Math.min(400, Number(whole(high)))), range = make("input", { type: "range", min: 0, max: steps, step: 1, "aria-label": `${n.name}, slider` }), box = make("input", { type: "text", id: "in" + i, inputmode: "text", "aria-describedby": "inhelp" });
      const point = k => EXACT.add(low, EXACT.times(step, EXACT.Q(BigInt(k))));
      n.set = (v, from) => { box.setAttribute("aria-invalid", v ? "false" : "true"); if (!v) return; x[n.id] = v; if (from !== "box") box.value = show(v).replace("−", "-"); if (from !== "range") range.value = String(whole(v)); };
      n.random = () => n.set(point(Math.floor(Math.random() * (steps + 1))), "");
      n.inside = v => { if (given.domain[i][3] === "grid") return !less(v, low) && !less(high, v) && ratio(above(v), step).q === 1n; const [a, b] = given.domain[i][3].split(".."); return !(a && less(v, parse(a))) && !(b && less(parse(b), v)); };
      range.oninput = () => { n.set(point(Number(range.value)), "range"); run(); }; box.oninput = () => { n.set(parse(box.value), "box"); run(); };
      n.set(point((i * 7 + 3) % (steps + 1)), "");
      fields.append(make("div", { class: "in" }, make("label", { for: "in" + i, text: n.name }), box, range));
    });
    fields.append(note); $("#ins").replaceWith(fields);
    const look = $("#look"), slot = (title, cls) => { const dd = make("dd", { class: "f" }); look.append(make("div", cls ? { class: cls } : {}, make("dt", { text: title }), dd)); return dd; };
    const lkName = slot("Neuron"), lkNow = slot("With these inputs", "wide2"), lkForm = slot("Over the inputs", "wide2"), lkValue = slot("Value");
    function run() {
      val = EXACT.run(nodes, x); out.textContent = outputs.length > 1 ? `(${outputs.map(n => show(val[n.id])).join(", ")})` : show(val[outputs[0].id]);
      const strange = inputs.filter(n => !n.inside(x[n.id])).map(n => n.name);
      note.textContent = strange.length ? `${strange.join(", ")} outside the domain that the claims speak of: the network still computes, but nothing is claimed there.` : "";
      $$(".nd").forEach(g => { const v = val[g.dataset.id], t = $("text.v", g), s = show(v), n = by[g.dataset.id], r = +$(".c", g).getAttribute("r");
        const fits = s.length <= r / 2.2; t.textContent = fits || s.length < 3 ? s : "…"; const lb = $("text.lb", g);
        g.setAttribute("aria-label", `${t.textContent} ${lb ? lb.textContent : ""}; ${n.name} = ${s}, ${n.formula}`); t.style.fontSize = Math.min(r < 14 ? 12 : 15, fits ? 2.9 * r / Math.max(2, s.length) : 15) + "px";
        g.classList.toggle("off", v.p === 0n && /relu|step|saturated/.test(n.kind)); });
      $$(".e").forEach(e => e.classList.toggle("idle", val[e.dataset.s].p === 0n));
      $$(".nd.in").forEach(g => g.classList.toggle("bad", !by[g.dataset.id].inside(x[g.dataset.id])));
      see(chosen);
    }
    function see(id) {
      const n = by[id]; chosen = id; lkName.textContent = n.role === "input" ? `${n.name}, input` : `${n.name} = ${n.formula}`;
      const parts = n.terms.filter(([k]) => val[k].p !== 0n).map(([k, w]) => EXACT.times(w, val[k])); if (n.bias.p) parts.push(n.bias);
      const sum = parts.map((v, i) => (v.p < 0n ? (i ? " − " : "−") : i ? " + " : "") + show(v.p < 0n ? { p: -v.p, q: v.q } : v)).join("") || "0";
      lkNow.textContent = n.role === "input" ? show(val[id]) : n.role === "output" ? sum : `${n.kind.replace("_", " ")}(${sum})`;
      lkForm.textContent = n.content || "too long to print"; lkValue.textContent = show(val[id]);
      $$(".nd").forEach(g => { g.classList.toggle("sel", g.dataset.id === id); g.setAttribute("tabindex", g.dataset.id === id ? "0" : "-1"); });
    }
    function trace(id) {
      const hot = new Set(), stack = [id]; while (stack.length) { const i = stack.pop(); by[i].terms.forEach(([k]) => { const e = k + ">" + i; if (!hot.has(e)) { hot.add(e); stack.push(k); } }); }
      nodes.forEach(n => n.terms.forEach(([k]) => k === id && hot.add(k + ">" + n.id)));
      $$(".netsvg").forEach(s => s.classList.add("hot")); $$(".e").forEach(e => e.classList.toggle("hot", hot.has(e.dataset.s + ">" + e.dataset.t)));
    }
    const rest = () => { if (held) return trace(held); $$(".netsvg").forEach(s => s.classList.remove("hot")); };
    const move = (g, key) => { const svg = g.ownerSVGElement, all = $$(".nd", svg), c = e => [+$(".c", e).getAttribute("cx"), +$(".c", e).getAttribute("cy")], [a, b] = c(g);
      const dir = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] }[key], score = e => { const [u, v] = c(e), along = (u - a) * dir[0] + (v - b) * dir[1], off = Math.abs((u - a) * dir[1]) + Math.abs((v - b) * dir[0]); return along > 4 ? along + 3 * off : Infinity; };
      const next = all.map(e => [score(e), e]).sort((p, q) => p[0] - q[0])[0]; if (next && next[0] < Infinity) { see(next[1].dataset.id); next[1].focus(); } };
    $$(".nd").forEach(g => { const id = g.dataset.id;
      g.onpointerenter = g.onfocus = () => { see(id); trace(id); }; g.onpointerleave = g.onblur = rest;
      g.onclick = () => { held = held === id ? null : id; see(id); held ? trace(id) : rest(); };
      g.onkeydown = e => { if (e.key === "Enter" || e.key === " ") { e.preventDefault(); g.onclick(); } if (e.key === "Escape") { held = null; rest(); } if (/^Arrow/.test(e.key)) { e.preventDefault(); move(g, e.key); } }; });
    shuffle.onclick = () => { inputs.forEach(n => n.random()); run(); };
    window.playground = { set: values => { inputs.forEach((n, i) => n.set(parse(values[i]), "")); run(); }, outputs: () => outputs.map(n => show(val[n.id])) };
    run();
  })();

  /* graph: the hash names the focus */
  (() => {
    const given = data("graphdata"); if (!given) return;
    const { nodes, edges } = given, by = Object.fromEntries(nodes.map(n => [n.id, n])), svg = $("#gsvg"), side = $("#side"), blank = [...side.childNodes], order = ["rf", "un", "us", "he", "hc"];
    const reach = (id, from, to) => { const s = new Set(), w = [id]; while (w.length) { const i = w.pop(); edges.forEach(e => { if (e[from] === i && !s.has(e[to])) { s.add(e[to]); w.push(e[to]); } }); } return s; };
    const glyph = k => { const s = document.createElementNS("http://www.w3.org/2000/svg", "svg"), u = document.createElementNS("http://www.w3.org/2000/svg", "use"); s.setAttribute("class", "g " + k); s.setAttribute("aria-hidden", "true"); u.setAttribute("href", "#g-" + k); s.append(u); return s; };
    const mark = n => n.k ? make("span", { class: "ev " + n.k }, glyph(n.k), make("b", { "aria-hidden": "true", text: n.letter }), make("span", { class: "vh", text: n.word + ":" }), make("span", { class: "sc", text: n.sc })) : make("span", { class: "soft small", text: n.kind === "premise" ? "not checked" : "library" });
    const items = s => { const ul = make("ul", { class: "plain" }); [...s].forEach(i => ul.append(make("li", {}, make("a", { href: "#focus=" + i, text: by[i].name }), mark(by[i])))); if (!s.size) ul.append(make("li", { text: "nothing" })); return ul; };
    function focus() {
      const id = (location.hash.match(/focus=([\w-]+)/) || [])[1]; $$(".gn, .ge", svg).forEach(e => e.classList.remove("up", "down", "me")); $$("a", svg).forEach(a => a.removeAttribute("aria-current"));
      svg.classList.toggle("foc", !!by[id]); if (!by[id]) { side.replaceChildren(...blank); return; }
      const pad = svg.parentNode, spot = $(`a[data-id="${id}"] rect`, svg); if (pad.scrollWidth > pad.clientWidth) pad.scrollLeft += spot.getBoundingClientRect().left - pad.getBoundingClientRect().left - pad.clientWidth / 2 + 60;
      const up = reach(id, 1, 0), down = reach(id, 0, 1), n = by[id];
      $$("a", svg).forEach(a => { const g = $(".gn", a), i = a.dataset.id; g.classList.toggle("me", i === id); g.classList.toggle("up", up.has(i)); g.classList.toggle("down", down.has(i)); if (i === id) a.setAttribute("aria-current", "true"); });
      $$(".ge", svg).forEach(e => { const { a, b } = e.dataset; e.classList.toggle("up", (b === id || up.has(b)) && up.has(a)); e.classList.toggle("down", (a === id || down.has(a)) && down.has(b)); });
      const marked = [...up].map(i => by[i]).filter(m => m.k), weakest = marked.sort((a, b) => order.indexOf(a.k) - order.indexOf(b.k))[0], premises = [...up].filter(i => by[i].kind === "premise").length;
      const words = !up.size ? "Rests on nothing else in this graph." : (premises ? `Rests on ${premises} premise${premises > 1 ? "s" : ""} that nobody checked. ` : "") + (!weakest ? "" : weakest.k === "hc" ? "Every statement below it is certified." : `Weakest below it: ${weakest.name}, ${weakest.word}.`);
      const first = make("div", {}, make("h2", { text: n.name }), make("p", { style: "margin-bottom:6px" }, mark(n)), make("p", { class: "soft small", text: words })); if (n.page) first.append(make("p", {}, make("a", { href: n.page, text: "Open its page" }))); first.append(make("p", {}, make("a", { class: "btn", href: "#all", text: "Show everything" })));
      side.replaceChildren(first, make("div", {}, make("h3", { text: `It rests on (${up.size})` }), items(up)), make("div", {}, make("h3", { text: `Rests on it (${down.size})` }), items(down)));
    }
    addEventListener("hashchange", focus); addEventListener("keydown", e => { if (e.key === "Escape" && location.hash.startsWith("#focus")) location.hash = "all"; }); focus();
  })();

  /* minimum widths at one point */
  (() => {
    const place = $("#calc"); if (!place) return;
    const field = (id, words) => { const i = make("input", { type: "number", id, min: 1, max: 64, value: id === "dx" ? 2 : 4 }); place.append(make("label", { for: id }, words + " ", i)); return i; };
    place.className = "calc"; const X = field("dx", "Inputs"), Y = field("dy", "Outputs"), note = make("p", { id: "calcnote", role: "status" }); place.append(note);
    const f = { park: (x, y) => Math.max(x + 1, y), kim: (x, y) => Math.max(x, y, 2), max2: (x, y) => Math.max(x, y), icml: (x, y) => Math.max(x + 1, y) + (y === x + 1 ? 1 : 0), dx1: (x, y) => y === 1 ? x + 1 : null, low1: x => x + 1, sum: (x, y) => x + y, sum3: (x, y) => x + y + 3, inj: (x, y) => x < y && y <= 2 * x ? y + 1 : null, mono: (x, y) => y <= 2 * x ? Math.max(x, y) + 1 : null, none: () => null };
    function update() {
      const x = Math.max(1, Math.min(64, X.value | 0)), y = Math.max(1, Math.min(64, Y.value | 0));
      $$("[data-u]").forEach(v => { const u = f[v.dataset.u](x, y), l = f[v.dataset.lo](x, y); v.textContent = u === null && l === null ? "no number" : u === null ? `≥ ${l}` : l === null ? `≤ ${u}` : u === l ? u : `${l} … ${u}`; });
      $$("#wmap g").forEach(c => c.classList.toggle("at", +c.dataset.x === x && +c.dataset.y === y));
      note.textContent = x + 2 <= y && y <= 2 * x ? `At (${x}, ${y}) the ICML 2023 formula gives ${f.icml(x, y)}, below the bound ${y + 1} for limits of injections.` : `At (${x}, ${y}) no two rows contradict each other.`;
    }
    $$("#wmap g").forEach(c => { c.onclick = () => { X.value = c.dataset.x; Y.value = c.dataset.y; update(); }; });
    X.oninput = Y.oninput = update; update();
  })();
}
