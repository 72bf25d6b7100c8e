import { useEffect, useState } from './hooks.js';
import { html } from './html.js';
import { ask, set, useLive } from './live.js';

const Step = ({ step }) => html`<li class="step step-${step.outcome}">
  <p><b>${step.title}</b>${step.at && html` <code class="place">${step.at}</code>`}</p>
  ${step.detail && html`<p class="muted">${step.detail}</p>`}
</li>`;

export const ExplainBox = () => {
  const { question } = useLive('question');
  const [text, type] = useState('POST /mcp');
  const [told, tell] = useState();
  const explain = async (request) => {
    try {
      tell(await ask('/api/explain', { request }));
    } catch (error) {
      tell({ error: error.message, steps: [] });
    }
  };
  useEffect(() => {
    if (!question) return;
    type(question);
    void explain(question);
    set('question', undefined);
    document.getElementById('explain-title').scrollIntoView({ block: 'start' });
  }, [question]);
  const submit = (event) => {
    event.preventDefault();
    void explain(text);
  };
  return html`<section class="card panel" aria-labelledby="explain-title">
    <div class="section-head"><h2 id="explain-title">Why does a request go where it goes?</h2></div>
    <form onSubmit=${submit}>
      <textarea class="input" rows="4" spellcheck="false" aria-label="Request: method and path, then a header a line" value=${text}
        onInput=${({ target }) => type(target.value)}
        onKeyDown=${(event) => event.key === 'Enter' && (event.ctrlKey || event.metaKey) && submit(event)}></textarea>
      <div class="toolbar"><button class="button button-main" type="submit">Explain</button>
        <span class="muted">Method and path, then headers, one a line. Nothing is sent.</span></div>
    </form>
    <div role="status">
      ${told?.error && html`<p class="problem">${told.error}</p>`}
      ${told && !told.error && html`<p class="verdict">${told.verdict}</p><ol class="steps">${told.steps.map((step, i) => html`<${Step} key=${i} step=${step} />`)}</ol>`}
    </div>
  </section>`;
};
