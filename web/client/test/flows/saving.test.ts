import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";

import { Saver, type SaveStatus } from "../../src/flows/saving";
import { Problem } from "../../src/kit/api";

const state = (start: string) => ({ document: { start }, layout: {} });

describe("saving a draft while it is edited", () => {
  let sent: { start: unknown; mark: number }[] = [];
  let answers: (() => number)[] = [];
  let told: SaveStatus[] = [];
  let saver: Saver<number>;

  beforeEach(() => {
    vi.useFakeTimers();
    [sent, answers, told] = [[], [], []];
    saver = new Saver<number>(
      async (snapshot, mark) => {
        sent.push({ start: snapshot.document.start, mark });
        return (answers.shift() ?? (() => mark + 1))();
      },
      1,
      (status) => told.push(status),
    );
  });
  afterEach(() => void vi.useRealTimers());

  const refuse = (status: number) => () => {
    throw new Problem(status, `error ${status}`);
  };

  it("sends the last of some quick changes, with what names the revision before", async () => {
    for (const start of ["a", "b", "c"]) saver.change(state(start));
    expect(saver.dirty).toBe(true);
    await vi.advanceTimersByTimeAsync(1000);
    saver.change(state("d"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent).toEqual([{ start: "c", mark: 1 }, { start: "d", mark: 2 }]);
    expect(saver.dirty).toBe(false);
    expect(told.at(-1)?.state).toBe("saved");
  });

  it("keeps what a lost connection did not take, and tries again", async () => {
    answers = [refuse(0), refuse(503)];
    saver.change(state("a"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(told.at(-1)).toEqual({ state: "lost", sentence: "error 0" });
    expect(saver.dirty).toBe(true);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(sent.map((one) => one.start)).toEqual(["a", "a", "a"]);
    expect(told.at(-1)?.state).toBe("saved");
  });

  it("does not send a refused draft again, but the next change of it", async () => {
    answers = [refuse(422)];
    saver.change(state("large"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
    expect(told.at(-1)).toEqual({ state: "refused", sentence: "error 422" });
    saver.change(state("small"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(told.at(-1)?.state).toBe("saved");
  });

  it("overwrites nothing of someone else: it stops until the user has decided", async () => {
    answers = [refuse(412)];
    saver.change(state("mine"));
    await vi.advanceTimersByTimeAsync(1000);
    saver.change(state("mine too"));
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sent).toHaveLength(1);
    expect(told.at(-1)?.state).toBe("conflict");
    expect(await saver.flush()).toBe(false);
    saver.restart(9);
    saver.change(state("after theirs"));
    await vi.advanceTimersByTimeAsync(1000);
    expect(sent.at(-1)).toEqual({ start: "after theirs", mark: 9 });
  });

  it("saves at once before the page is left or the flow is published", async () => {
    saver.change(state("a"));
    expect(await saver.flush()).toBe(true);
    expect(sent).toHaveLength(1);
    answers = [refuse(0)];
    saver.change(state("b"));
    expect(await saver.flush()).toBe(false);
  });
});
