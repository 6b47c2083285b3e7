// A WAV file of what was recorded: browsers record in formats that differ and that few programs read.

const HEADER = 44;

/** Write samples (mono, -1 to 1) as a WAV file of 16 bits. */
export function wavOf(samples: Float32Array, rate: number): Blob {
  const bytes = new DataView(new ArrayBuffer(HEADER + samples.length * 2));
  const text = (at: number, word: string) => {
    [...word].forEach((letter, index) => bytes.setUint8(at + index, letter.charCodeAt(0)));
  };
  text(0, "RIFF");
  bytes.setUint32(4, HEADER - 8 + samples.length * 2, true);
  text(8, "WAVEfmt ");
  bytes.setUint32(16, 16, true);
  bytes.setUint16(20, 1, true); // PCM
  bytes.setUint16(22, 1, true); // channels
  bytes.setUint32(24, rate, true);
  bytes.setUint32(28, rate * 2, true);
  bytes.setUint16(32, 2, true);
  bytes.setUint16(34, 16, true);
  text(36, "data");
  bytes.setUint32(40, samples.length * 2, true);
  samples.forEach((one, index) => {
    bytes.setInt16(HEADER + index * 2, Math.round(Math.max(-1, Math.min(1, one)) * 32767), true);
  });
  return new Blob([bytes.buffer], { type: "audio/wav" });
}

/** Give all channels of a sound as one. */
export function monoOf(sound: AudioBuffer): Float32Array {
  const mixed = new Float32Array(sound.length);
  for (let channel = 0; channel < sound.numberOfChannels; channel++) {
    sound.getChannelData(channel).forEach((one, index) => {
      mixed[index] = (mixed[index] ?? 0) + one / sound.numberOfChannels;
    });
  }
  return mixed;
}
