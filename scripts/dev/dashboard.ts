import { DASHBOARD_PORT, type Dashboard, startDashboard } from '../../router/dashboard/start-dashboard.ts';
import { clientEntryPoint } from '../cluster/addresses.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { choosePort } from './port-choice.ts';

const HOST = '127.0.0.1';

/** The dashboard of the router in this process. Behind Traefik there is none: its own does not know sessions. */
export const openDashboard = async (cluster: Cluster): Promise<Dashboard | undefined> => {
  const { router, url } = cluster;
  if (router === undefined) return undefined;
  const { port } = await choosePort(HOST, DASHBOARD_PORT);
  const addresses = new Map([[clientEntryPoint(cluster.topology()).name, url]]);
  return startDashboard({ router, cluster, host: HOST, port, addresses, loadLater: true });
};
