// JsSIP's WebSocket, which we can silence: then JsSIP ends its sessions without the switch hearing it.
import { WebSocketInterface } from "jssip";

export class PhoneSocket extends WebSocketInterface {
  private silent = false;

  /** From now on nothing is sent, though JsSIP believes so. */
  silence(): void {
    this.silent = true;
  }

  override send(message: string | ArrayBufferLike | Blob | ArrayBufferView): boolean {
    return this.silent || super.send(message);
  }
}

/** The switch's WebSocket, behind the same front door as this page. */
export function phoneAddress(): string {
  return `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/sip`;
}
