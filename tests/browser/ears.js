// Put into every page by the tests: what the page's telephone hears, as samples; and a way to cut
// its WebSockets, which outlive an emulated loss of the network.
(() => {
  const lines = [];
  window.RTCPeerConnection = new Proxy(window.RTCPeerConnection, {
    construct(Line, given) {
      const line = new Line(...given);
      lines.push(line);
      return line;
    },
  });

  const sockets = new Set();
  let cutUntil = 0;
  window.WebSocket = new Proxy(window.WebSocket, {
    construct(Socket, [address, ...more]) {
      // Nothing answers at this port.
      const reached = Date.now() < cutUntil ? `ws://${location.hostname}:9/` : address;
      const socket = new Socket(reached, ...more);
      sockets.add(socket);
      socket.addEventListener("close", () => sockets.delete(socket));
      return socket;
    },
  });

  /** Cut all lines of this page, and let no new one come about for some seconds. */
  window.cutLines = (seconds) => {
    cutUntil = Date.now() + seconds * 1000;
    for (const socket of sockets) socket.close();
  };

  function track() {
    // An agent with several calls hears one of them; other pages have no loudspeaker of this name.
    const heard = document.querySelector("#loudspeaker")?.srcObject?.getAudioTracks() ?? [];
    const open = lines.filter((line) => line.connectionState === "connected");
    const tracks = open.flatMap((line) => line.getReceivers().map((one) => one.track));
    const live = tracks.filter((one) => one.kind === "audio" && one.readyState === "live");
    return live.find((one) => heard.includes(one)) ?? live.at(-1);
  }

  /** Samples at 16 kHz of the next `seconds`; fewer when the sound stops, none without a talk. */
  window.listen = async (seconds) => {
    const found = track();
    if (!found) return [];
    const copy = found.clone();
    const reader = new MediaStreamTrackProcessor({ track: copy }).readable.getReader();
    const heard = [];
    const late = new Promise((resolve) => setTimeout(() => resolve({ done: true }), seconds * 1000 + 500));
    while (heard.length < seconds * 16000) {
      const { done, value } = await Promise.race([reader.read(), late]);
      if (done) break;
      const samples = new Float32Array(value.numberOfFrames);
      value.copyTo(samples, { planeIndex: 0, format: "f32-planar" });
      // 48 kHz as a rule; 8 kHz where the other side is a plain telephone.
      const step = value.sampleRate / 16000;
      for (let n = 0; n < samples.length; n += step) {
        heard.push(Math.round(samples[Math.floor(n)] * 1e4) / 1e4);
      }
      value.close();
    }
    copy.stop();
    return heard;
  };
})();
