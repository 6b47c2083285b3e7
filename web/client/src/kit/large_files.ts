// A file that is too large is refused when it is chosen, not after it was sent.
import { t } from "./i18n";

const MEGABYTE = 1024 * 1024;

/** Whether a file of `bytes` is larger than `megabytes`. */
export function isTooLarge(bytes: number, megabytes: number): boolean {
  return megabytes > 0 && bytes > megabytes * MEGABYTE;
}

/** Check every `<input type="file" data-most-mb="50">` when its file is chosen and when it is sent. */
export function largeFiles(): void {
  document.addEventListener("change", (event) => {
    if (isLimited(event.target)) settle(event.target);
  });
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target as HTMLFormElement;
      const wrong = [...form.querySelectorAll("input")].filter(isLimited).find((one) => settle(one));
      if (!wrong) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      wrong.focus();
    },
    true,
  );
}

function isLimited(target: EventTarget | null): target is HTMLInputElement {
  return target instanceof HTMLInputElement && target.type === "file" && "mostMb" in target.dataset;
}

/** Show or remove the sentence below the field; whether its file is too large. */
function settle(input: HTMLInputElement): boolean {
  const most = Number(input.dataset.mostMb);
  const large = [...(input.files ?? [])].some((file) => isTooLarge(file.size, most));
  const id = `${input.id}-large`;
  const known = document.getElementById(id);
  if (large === Boolean(known)) return large;
  const told = (input.getAttribute("aria-describedby") ?? "").split(" ").filter((one) => one && one !== id);
  known?.remove();
  input.classList.toggle("is-invalid", large);
  if (large) {
    const sentence = document.createElement("div");
    sentence.id = id;
    sentence.className = "invalid-feedback d-block";
    sentence.setAttribute("role", "alert");
    sentence.textContent = t("The file is larger than {most} MB.", { most });
    input.insertAdjacentElement("afterend", sentence);
    input.setAttribute("aria-invalid", "true");
    input.setAttribute("aria-describedby", [...told, id].join(" "));
  } else {
    input.removeAttribute("aria-invalid");
    input.setAttribute("aria-describedby", told.join(" "));
  }
  return large;
}
