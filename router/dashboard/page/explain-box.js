import { NodeName, Place } from './format.js';
import { useEffect, useState } from './hooks.js';
import { html } from './html.js';
import { ask, set, useLive } from './live.js';

const Step = ({ step }) => html`<li class="step step-${step.outcome}">
  <p>${step.title} <${Place} at=${step.at} /></p>
  ${step.detail.map((line, i) => html`<p key=${i} class="muted">${line}</p>`)}
</li>`;

const Explained = ({ explained: { verdict, server, steps, findings }, nodes }) => {
  const node = nodes.find(({ url }) => url === server);
  return html`<p class="verdict">${node && html`<${NodeName} nodes=${nodes} node=${node.key} /> · `}${verdict}</p>
    ${findings.length > 0 && html`<ul class="steps findings">${findings.map((step, i) => html`<${Step} key=${i} step=${step} />`)}</ul>`}
    <ol class="steps">${steps.map((step, i) => html`<${Step} key=${i} step=${step} />`)}</ol>`;
};

export const ExplainBox = () => {
  const { question, nodes, picture } = useLive('question', 'nodes', 'picture');
  const [text, type] = useState('POST /mcp');
  const [entryPoint, choose] = useState('');
  const [explained, setExplained] = useState();
  const explain = async (request) => {
    try {
      setExplained(await ask('api/explain', request));
    } catch (error) {
      setExplained({ error: error.message, steps: [] });
    }
  };
  useEffect(() => {
    if (!question) return;
    type(question.text);
    choose(question.entryPoint);
    void explain(question);
    set('question', undefined);
    document.getElementById('explain-title').scrollIntoView({ block: 'start' });
  }, [question]);
  const submit = (event) => {
    event.preventDefault();
    void explain({ text, entryPoint });
  };
  return html`<section class="card panel" aria-labelledby="explain-title">
    <div class="section-head"><h2 id="explain-title">Explain a request</h2></div>
    <form onSubmit=${submit}>
      <textarea class="input" rows="4" spellcheck="false" aria-label="Request: method and path, then one header per line" value=${text}
        onInput=${({ target }) => type(target.value)}
        onKeyDown=${(event) => event.key === 'Enter' && (event.ctrlKey || event.metaKey) && submit(event)}></textarea>
      <div class="toolbar"><button class="button button-main" type="submit">Explain</button>
        ${
          picture.entryPoints.length > 1 &&
          html`<select class="input select" aria-label="Entry point" value=${entryPoint} onChange=${({ target }) => choose(target.value)}>
            <option value="">from the URL</option>
            ${picture.entryPoints.map(({ name }) => html`<option key=${name} value=${name}>${name}</option>`)}
          </select>`
        }
        <span class="muted">Method and path, then headers, one per line. Nothing is sent.</span></div>
    </form>
    <div role="status">
      ${explained?.error && html`<p class="problem">${explained.error}</p>`}
      ${explained && !explained.error && html`<${Explained} explained=${explained} nodes=${nodes} />`}
    </div>
  </section>`;
};
