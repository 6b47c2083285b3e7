// The request to be called as soon as a colleague is free.
import type { Desk } from "./desk";

/** Ask for it, or no longer; gives why it was refused, else "". */
export async function wish(desk: Desk, colleague: number, on: boolean): Promise<string> {
  const problem = await desk.tryTo("when free", "when-free", { agent: colleague, on });
  if (problem) desk.complain(problem);
  return problem ?? "";
}
