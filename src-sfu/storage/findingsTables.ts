/** The tables of findings and clauses. */
export type FindingsTables = {
  findings: {
    count: number;
    id: string;
    state: string;
    class: number;
    escalation: number;
    site_id: string | null;
    district: string | null;
    camera_id: string | null;
    order_id: string | null;
    alert_id: string | null;
    is_appealed: number;
    found_at_ms: number;
    document: string;
  };
  finding_steps: { id: number | undefined; finding_id: string; at_ms: number; document: string };
  clauses: { number: string; document: string };
};
