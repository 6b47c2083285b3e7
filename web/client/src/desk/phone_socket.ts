// JsSIP's WebSocket, which we can mute: then JsSIP ends its sessions without telling the switch.
import { WebSocketInterface } from "jssip";

export class PhoneSocket extends WebSocketInterface {
  private silent = false;

  /** From now on nothing is sent, although JsSIP believes so. */
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
