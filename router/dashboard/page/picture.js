import { hue, Place, plain } from './format.js';
import { useEffect, useLayoutEffect, useRef, useState } from './hooks.js';
import { html } from './html.js';
import { useLive } from './live.js';

/** The column of a service is the length of the longest path to it. */
const depthsOf = (services) => {
  const byName = new Map(services.map((service) => [service.name, service]));
  const depths = new Map();
  const visit = (name, depth) => {
    if (!byName.has(name) || depth > 8 || (depths.get(name) ?? -1) >= depth) return;
    depths.set(name, depth);
    for (const child of byName.get(name).children) visit(child, depth + 1);
  };
  const inner = new Set(services.flatMap(({ children }) => children));
  for (const { name } of services) if (!inner.has(name)) visit(name, 0);
  return depths;
};

const columnsOf = ({ entryPoints, routers, services }, nodes) => {
  const depths = depthsOf(services);
  const used = new Set(routers.flatMap((router) => router.entryPoints));
  const levels = [];
  for (const service of services) {
    const depth = depths.get(service.name) ?? 0;
    levels[depth] = [...(levels[depth] ?? []), service];
  }
  const servers = [...new Set(services.flatMap((service) => service.servers.map(({ url }) => url)))];
  return [
    {
      title: 'Entry points',
      boxes: entryPoints
        .filter(({ name }) => used.has(name))
        .map((one) => ({
          id: `e ${one.name}`,
          name: one.name,
          text: one.address,
          to: routers.filter((router) => router.entryPoints.includes(one.name)).map(({ name }) => `r ${name}`),
        })),
    },
    {
      title: 'Routers',
      boxes: routers
        .filter((router) => router.entryPoints.length > 0)
        .map((one) => ({
          id: `r ${one.name}`,
          name: plain(one.name),
          text: one.rule,
          at: one.at,
          tag: priorityText(one.priority),
          errors: one.errors,
          more: one.middlewares.map(plain).join(', '),
          to: [`s ${one.service}`],
        })),
    },
    ...levels.filter(Boolean).map((level, i) => ({
      title: i === 0 ? 'Services' : 'Their services',
      boxes: level.map((one) => ({
        id: `s ${one.name}`,
        name: plain(one.name),
        text: one.detail,
        at: one.at,
        errors: one.errors,
        to: [...one.children.map((name) => `s ${name}`), ...one.servers.map(({ url }) => `n ${url}`)],
      })),
    })),
    {
      title: 'Servers',
      boxes: servers.map((url) => {
        const node = nodes.find((one) => one.url === url);
        return { id: `n ${url}`, name: node?.name ?? url, text: url, node, to: [] };
      }),
    },
  ];
};

/** Traefik reserves the highest priorities for itself. */
const priorityText = (priority) => (priority > 1e15 ? 'highest priority' : `priority ${priority}`);

/** Places each box next to those that lead to it, so that few lines cross. Routers stay in matching order. */
const untangled = (columns) => {
  const rank = new Map();
  columns.forEach(({ boxes }, i) => {
    const place = (box) => {
      const from = columns.slice(0, i).flatMap((column) => column.boxes.filter(({ to }) => to.includes(box.id)));
      return from.reduce((all, { id }) => all + rank.get(id), 0) / Math.max(1, from.length);
    };
    const places = new Map(boxes.map((box) => [box, place(box)]));
    // Servers keep the order that they have on the rest of the page.
    if (i > 1 && i < columns.length - 1) boxes.sort((a, b) => places.get(a) - places.get(b));
    boxes.forEach(({ id }, j) => {
      rank.set(id, (j + 0.5) / boxes.length);
    });
  });
  return columns;
};

/** Everything on a path through the box. */
const pathOf = (columns, id) => {
  const boxes = columns.flatMap(({ boxes }) => boxes);
  const lit = new Set([id]);
  const forward = (from) => {
    for (const to of boxes.find((box) => box.id === from)?.to ?? [])
      if (!lit.has(to)) {
        lit.add(to);
        forward(to);
      }
  };
  const backward = (to) => {
    for (const box of boxes)
      if (box.to.includes(to) && !lit.has(box.id)) {
        lit.add(box.id);
        backward(box.id);
      }
  };
  forward(id);
  backward(id);
  return lit;
};

const Box = ({ box, dim, show }) => html`<li>
  <button class="box ${box.node ? hue(box.node.key) : ''} ${dim ? 'dim' : ''} ${box.errors?.length ? 'box-bad' : ''}" data-box=${box.id}
    onFocus=${() => show(box.id)} onBlur=${() => show()} onMouseEnter=${() => show(box.id)} onMouseLeave=${() => show()}>
    <span class="box-name">${box.node && html`<i class="swatch" aria-hidden="true"></i>`}${box.name}${box.node?.healthy === false && html` <span class="pill pill-bad">down</span>`}${box.node?.draining && html` <span class="pill pill-warn">draining</span>`}</span>
    <code class="box-text">${box.text}</code>
    ${box.more && html`<span class="box-more">with ${box.more}</span>`}
    ${box.errors?.map((error, i) => html`<span key=${i} class="problem">${error}</span>`)}
    <span class="box-foot">${box.tag && html`<span>${box.tag}</span>`}<${Place} at=${box.at} /></span>
  </button>
</li>`;

const measure = (frame, columns) => {
  const outer = frame.getBoundingClientRect();
  const rects = new Map(
    [...frame.querySelectorAll('[data-box]')].map((box) => [box.dataset.box, box.getBoundingClientRect()]),
  );
  const edges = [];
  for (const { id, to } of columns.flatMap(({ boxes }) => boxes))
    for (const target of to) {
      const [a, b] = [rects.get(id), rects.get(target)];
      if (!a || !b || b.left < a.right) continue;
      const [x1, y1, x2, y2] = [
        a.right - outer.left,
        a.top + a.height / 2 - outer.top,
        b.left - outer.left,
        b.top + b.height / 2 - outer.top,
      ];
      const bend = Math.min(60, (x2 - x1) / 2);
      edges.push({ id, target, d: `M${x1},${y1}C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}` });
    }
  return { edges, width: outer.width, height: outer.height };
};

export const Picture = () => {
  const { picture, nodes } = useLive('picture', 'nodes');
  const frame = useRef();
  const [drawn, draw] = useState({ edges: [], width: 0, height: 0 });
  const [chosen, show] = useState();
  const columns = untangled(columnsOf(picture, nodes));
  const shape = JSON.stringify(columns.map(({ boxes }) => boxes.map(({ id, to, name }) => [id, to, name])));
  useLayoutEffect(() => draw(measure(frame.current, columns)), [shape]);
  useEffect(() => {
    const observer = new ResizeObserver(() => draw(measure(frame.current, columns)));
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, [shape]);
  const lit = chosen === undefined ? undefined : pathOf(columns, chosen);
  return html`<section class="card panel" aria-labelledby="picture-title">
    <div class="section-head"><h2 id="picture-title">Routing table</h2><p class="muted">As read from the files. The first matching router handles the request.</p></div>
    <div class="picture" ref=${frame}>
      <svg class="edges" width=${drawn.width} height=${drawn.height} aria-hidden="true">
        ${drawn.edges.map(({ id, target, d }) => html`<path key="${id}>${target}" d=${d} class=${lit === undefined ? '' : lit.has(id) && lit.has(target) ? 'lit' : 'dim'} />`)}
      </svg>
      ${columns.map(({ title, boxes }) => html`<div class="column" key=${title}><h3>${title}</h3><ul>${boxes.map((box) => html`<${Box} key=${box.id} box=${box} dim=${lit !== undefined && !lit.has(box.id)} show=${show} />`)}</ul></div>`)}
    </div>
  </section>`;
};
