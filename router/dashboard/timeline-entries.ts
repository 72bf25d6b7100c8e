import type { ClusterNews, NodeView } from './cluster-view.ts';
import type { SessionNews } from './sessions.ts';
import type { Timeline, TimelineKind } from './timeline.ts';

/** Adds timeline entries for sessions. */
export const sessionEntries = (timeline: Timeline, nameOf: (key: number) => string): SessionNews => ({
  lost: ({ node }) => timeline.add('lost', nameOf(node), (count) => `${sessions(count)} lost`),
  back: (session, before) =>
    timeline.add('back', nameOf(session.node), (count) => `${sessions(count)} back, from ${nameOf(before.node)}`),
  moved: (session, from) =>
    timeline.add('back', nameOf(session.node), (count) => `${sessions(count)} moved here from ${nameOf(from)}`),
});

const sessions = (count: number): string => (count === 1 ? '1 session' : `${count} sessions`);

const STATES: Readonly<Record<NodeView['state'], readonly [TimelineKind, string]>> = {
  starting: ['note', 'starting'],
  up: ['up', 'up'],
  frozen: ['freeze', 'frozen: holds its connections and answers nothing'],
  stopping: ['note', 'stopping'],
  down: ['down', 'down'],
};

/** Adds a timeline entry for a cluster event, except log lines. */
export const addClusterEntry = (timeline: Timeline, news: ClusterNews): void => {
  switch (news.kind) {
    case 'node':
    case 'instance': {
      const [kind, word] = STATES[news.state];
      const text = news.kind === 'node' ? word : `the server behind it: ${word}`;
      return timeline.add(kind, news.node, () => (news.detail === undefined ? text : `${text}: ${news.detail}`));
    }
    case 'draining':
      return timeline.add('drain', news.node, () =>
        news.draining ? 'draining: no new sessions, its own continue' : 'takes new sessions again',
      );
    case 'redis':
      return timeline.add(news.up ? 'up' : 'down', undefined, () => (news.up ? 'Redis is back' : 'Redis is away'));
  }
};
