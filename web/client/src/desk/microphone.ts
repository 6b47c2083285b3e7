// The microphone: permission, and errors as plain sentences.
import { t } from "../kit/i18n";

const WANTED: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
let chosen = () => "";

/** Use the microphone that `device` names; "" is the system's. */
export function chooseMicrophone(device: () => string): void {
  chosen = device;
}

/** Open the microphone; throws an Error with a message for the user. */
export async function openMicrophone(): Promise<MediaStream> {
  if (!navigator.mediaDevices?.getUserMedia) {
    throw new Error(
      t("This page may not use the microphone: open it by https, or on this machine itself."),
    );
  }
  try {
    const device = chosen();
    // Not `exact`: a headset that was unplugged must not cost the call.
    const audio = device ? { ...WANTED, deviceId: { ideal: device } } : WANTED;
    return await navigator.mediaDevices.getUserMedia({ audio, video: false });
  } catch (error) {
    throw new Error(sentenceFor(error instanceof Error ? error.name : ""));
  }
}

/** Ask for the permission before the first call, so that answering takes no time. */
export async function rehearseMicrophone(): Promise<void> {
  close(await openMicrophone());
}

export function close(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

function sentenceFor(name: string): string {
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return t(
        "The browser does not let this page use the microphone. Allow it beside the address, then try again.",
      );
    case "NotFoundError":
    case "OverconstrainedError":
      return t("No microphone was found. Plug in a headset, then try again.");
    case "NotReadableError":
    case "AbortError":
      return t("The microphone is in use by another program. Close that, then try again.");
    default:
      return t("The microphone cannot be used.");
  }
}
