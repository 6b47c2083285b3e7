// Who calls in the simulator, when, and what is known of them.
import { useId, type ReactNode } from "react";

import { t } from "../../kit/i18n";
import { instantOf, localOf, readVariables, writeVariables } from "./scenario";
import type { Scenario } from "./shapes";
import { setScenario } from "./store";

const CUSTOMER: [string, () => string][] = [
  ["customer_name", () => t("Customer's name")],
  ["customer_level", () => t("Customer level")],
  ["customer_category", () => t("Category")],
  ["customer_company", () => t("Company")],
];

export function CallForm({ scenario }: { scenario: Scenario }) {
  const zone = document.documentElement.dataset.zone;
  const customer = scenario.customer;
  return (
    <details className="mb-3" data-testid="call-form">
      <summary>{t("Caller, time, customer")}</summary>
      <Row label={t("Caller")}>
        {(id) => <input id={id} className="form-control" maxLength={64} value={scenario.caller ?? ""} onChange={(event) => change("caller", event.target.value)} />}
      </Row>
      <Row label={t("Called number")}>
        {(id) => <input id={id} className="form-control" maxLength={64} value={scenario.called ?? ""} onChange={(event) => change("called", event.target.value)} />}
      </Row>
      <Row label={t("Language")}>
        {(id) => (
          <select id={id} className="form-select" data-testid="call-language" value={scenario.language ?? "en"} onChange={(event) => change("language", event.target.value)}>
            <option value="en">English</option>
            <option value="zh_CN">简体中文</option>
          </select>
        )}
      </Row>
      <Row label={t("Time of the call")} hint={t("Empty: now.")}>
        {(id) => (
          <input
            id={id}
            type="datetime-local"
            className="form-control"
            data-testid="call-clock"
            value={localOf(scenario.clock, zone)}
            onChange={(event) => change("clock", instantOf(event.target.value, zone) || undefined)}
          />
        )}
      </Row>
      <Row label={t("Is the caller a customer?")}>
        {(id) => (
          <select
            id={id}
            className="form-select"
            data-testid="call-customer"
            value={customer === undefined ? "" : customer.customer_name === undefined ? "no" : "yes"}
            onChange={(event) => {
              const said = event.target.value;
              change("customer", said === "yes" ? { customer_name: t("Test customer") } : said === "no" ? {} : undefined);
            }}
          >
            <option value="">{t("Ask when a step looks it up")}</option>
            <option value="no">{t("Unknown caller")}</option>
            <option value="yes">{t("A customer")}</option>
          </select>
        )}
      </Row>
      {customer?.customer_name !== undefined &&
        CUSTOMER.map(([name, label]) => (
          <Row key={name} label={label()}>
            {(id) => <input id={id} className="form-control" maxLength={200} value={customer[name] ?? ""} onChange={(event) => change("customer", { ...customer, [name]: event.target.value })} />}
          </Row>
        ))}
      <Row label={t("Variables")} hint={t("One a line: name=value")}>
        {(id) => <textarea id={id} className="form-control" rows={2} defaultValue={writeVariables(scenario.variables)} onBlur={(event) => change("variables", readVariables(event.target.value))} />}
      </Row>
    </details>
  );
}

function change<Name extends keyof Scenario>(name: Name, value: Scenario[Name]): void {
  setScenario((before) => {
    const { [name]: _old, ...rest } = before;
    return value === undefined || value === "" ? rest : { ...rest, [name]: value };
  });
}

function Row({ label, hint, children }: { label: string; hint?: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="mb-2">
      <label className="form-label mb-1" htmlFor={id}>
        {label}
      </label>
      {children(id)}
      {hint && <div className="form-hint">{hint}</div>}
    </div>
  );
}
