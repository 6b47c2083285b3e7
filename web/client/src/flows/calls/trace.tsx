// What happened in a simulated call, line by line; prompts can be heard where they have a sound.
import { useEffect, useRef, useState } from "react";

import { t } from "../../kit/i18n";
import { usePicture } from "../context";
import { Icon } from "../icon";
import { soundOf } from "./requests";
import type { Line, Played } from "./shapes";

const ICONS: Record<Line["kind"], string> = {
  step: "route",
  said: "volume",
  heard: "dialpad",
  asked: "database",
  answered: "message",
  set: "tag",
  end: "circle-check",
};

export function Trace({ played, flow }: { played: Played; flow: number }) {
  const list = useRef<HTMLOListElement>(null);
  useEffect(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight;
  }, [played]);
  let prompt = 0;
  return (
    <>
      <ol ref={list} className="simulator-trace" data-testid="trace" aria-label={t("Course of the call")}>
        {played.trace.map((line, at) => {
          const count = line.kind === "said" ? promptsOf(played, prompt, line) : 0;
          const prompts = played.prompts.slice(prompt, prompt + count);
          prompt += count;
          return (
            <li key={at} data-kind={line.kind}>
              <Icon name={ICONS[line.kind]} />
              {line.kind === "said" ? (
                <span>
                  {prompts.map((one, place) => (
                    <Prompt key={place} {...one} />
                  ))}
                </span>
              ) : line.kind === "step" ? (
                <Step line={line} flow={flow} />
              ) : (
                <span>{line.text}</span>
              )}
            </li>
          );
        })}
      </ol>
      <p className="simulator-state" role="status" data-testid="call-state" data-ended={played.ended?.kind ?? ""}>
        {stateOf(played)}
      </p>
    </>
  );
}

function stateOf(played: Played): string {
  if (played.ended) return t("The end: {end}", { end: played.ended.text });
  if (played.missing.length) return t("“{step}” asks another system: say what it answers.", { step: played.at_name });
  return t("“{step}” waits for a key.", { step: played.at_name });
}

/** How many of the call's prompts belong to this line. */
function promptsOf(played: Played, from: number, line: Line): number {
  return Math.min(Number(line.values.count ?? 0), played.prompts.length - from);
}

function Step({ line, flow }: { line: Line; flow: number }) {
  const { goTo } = usePicture();
  if (line.flow !== flow) return <span className="text-secondary">{line.step_name}</span>;
  return (
    <button type="button" className="btn-link-like text-start" onClick={() => goTo(line.step)}>
      {line.step_name}
    </button>
  );
}

function Prompt({ name, text, language }: { name: string; text: string; language: string }) {
  const [sound, setSound] = useState<string | null>(null);
  useEffect(() => {
    let over = false;
    void soundOf(name, language).then((found) => !over && setSound(found));
    return () => {
      over = true;
    };
  }, [name, language]);
  return (
    <span className="simulator-prompt" title={name}>
      {text || name}
      {sound && (
        <button type="button" className="btn btn-sm btn-icon" aria-label={t("Hear the prompt {name}", { name })} onClick={() => void new Audio(sound).play()}>
          <Icon name="player-play" />
        </button>
      )}{" "}
    </span>
  );
}
