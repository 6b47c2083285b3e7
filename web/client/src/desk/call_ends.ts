// Why a call of ours was not answered, as a sentence, by its cause (Q.850). Pure.
import { t } from "../kit/i18n";

export function unansweredSentence(cause: number | null): string {
  switch (cause) {
    case 1:
      return t("The number does not exist.");
    case 17:
      return t("The number is busy.");
    case 18:
    case 19:
      return t("Nobody answered.");
    case 20:
      return t("The number is not available now.");
    case 21:
      return t("The call was declined.");
    case 22:
      return t("The number has changed.");
    case 23:
      return t("The number is forwarded. The new number is not dialed.");
    case 28:
      return t("The number is not complete.");
    case 3:
    case 27:
      return t("The number cannot be reached.");
    case 34:
    case 38:
    case 41:
    case 42:
    case 44:
      return t("No line is available. Try again in a moment.");
    case 16: // no carrier's answer has this cause: the call was ended here
      return t("You canceled the call.");
    case null:
    case 31:
      return t("The call ended before an answer.");
    default:
      return t("The call was not answered (cause {cause}).", { cause });
  }
}
