/** The tables of orders. */
export type OrdersTables = {
  orders: {
    id: string;
    day: string;
    count_of_day: number;
    state: string;
    created_at_ms: number;
    document: string;
    squad_id: string | null;
    district: string | null;
    number: string | null;
    search_text: string;
    alert_deed: string | null;
  };
  order_steps: { id: number | undefined; order_id: string; at_ms: number; document: string };
};
