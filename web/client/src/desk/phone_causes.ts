// Why an outgoing call failed or ended, as a sentence; empty for an ordinary end.
import { t } from "../kit/i18n";
import { blocked } from "./sound_path";

export function sentenceForCause(cause: string): string {
  switch (cause) {
    case "":
    case "Terminated":
    case "Canceled":
      return "";
    case "Busy":
    case "Unavailable":
      return t("All lines are busy. Try again in a moment.");
    case "Rejected":
    case "Authentication Error":
      return t("This phone has expired. Press Call for a new one.");
    case "Not Found":
    case "Address Incomplete":
      return t("No answer at this number.");
    case "No Answer":
    case "Request Timeout":
      return t("The phone server did not respond. Try again in a moment.");
    case "RTP Timeout": // JsSIP's cause when ICE found no path
    case "Bad Media Description": // no ICE candidate on one of the two sides
      return blocked();
    case "Connection Error":
      return t("The connection to the phone server was lost. Try again.");
    default:
      return t("The call could not be made ({cause}).", { cause });
  }
}
