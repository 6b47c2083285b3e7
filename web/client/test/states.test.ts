// Every word of the live items has a name in both languages and a colour.
import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";

import { speak } from "../src/kit/i18n";
import {
  agentStateName,
  legRoleName,
  legStateName,
  mediumName,
  placementName,
  purposeName,
  stageName,
  taskStateName,
} from "../src/live/names";
import {
  AGENT_STATES,
  LEG_ROLES,
  LEG_STATES,
  MEDIUMS,
  PLACEMENT_KINDS,
  PRESENCES,
  PURPOSES,
  STAGES,
  TASK_STATES,
  type AgentState,
} from "../src/live/types";

const STYLES = readFileSync(new URL("../src/live/states.css", import.meta.url), "utf8");
const NAMED: [string, readonly string[], (word: never) => string][] = [
  ["agent", AGENT_STATES, agentStateName],
  ["presence", PRESENCES, agentStateName],
  ["stage", STAGES, stageName],
  ["task", TASK_STATES, (state) => taskStateName(state, "voice")],
  ["chat task", TASK_STATES, (state) => taskStateName(state, "chat")],
  ["medium", MEDIUMS, mediumName],
  ["leg", LEG_STATES, legStateName],
  ["role", LEG_ROLES, legRoleName],
  ["placement", PLACEMENT_KINDS, placementName],
  ["purpose", PURPOSES, purposeName],
];
const COLOURED = [AGENT_STATES, STAGES, TASK_STATES, LEG_STATES, PLACEMENT_KINDS, PURPOSES, ["muted"]];

afterEach(() => speak("en"));

describe.each(NAMED)("every %s", (_, words, name) => {
  test.each(words)("%s has a name in English and in Chinese", (word) => {
    const english = name(word as never);
    speak("zh-CN");
    const chinese = name(word as never);
    expect(english).toMatch(/^[A-Z]/);
    expect(chinese).toMatch(/[一-鿿]/);
  });
});

test.each([...new Set(COLOURED.flat())])("%s has a colour", (word) => {
  expect(STYLES).toContain(`[data-state="${word}"]`);
});

test("a word that only a newer server knows shows itself", () => {
  expect(agentStateName("coaching" as AgentState)).toBe("coaching");
  expect(agentStateName("constructor" as AgentState)).toBe("constructor");
});
