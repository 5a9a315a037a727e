import { useEffect, useRef, useState } from "react";

/** The customer's microphone; what the browser records in, the closest to a voice message first. */
const KINDS = ["audio/ogg;codecs=opus", "audio/mp4", "audio/webm;codecs=opus"];

export function useRecorder(spoken: (voice: Blob) => void) {
  const recorder = useRef<MediaRecorder | null>(null);
  const [on, setOn] = useState(false);

  useEffect(
    () => () => {
      recorder.current?.stream.getTracks().forEach((track) => track.stop());
    },
    [],
  );

  const toggle = async () => {
    if (recorder.current?.state === "recording") {
      recorder.current.stop();
      return;
    }
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
    const recording = new MediaRecorder(stream, mimeType ? { mimeType } : {});
    const parts: Blob[] = [];
    recording.ondataavailable = (event) => parts.push(event.data);
    recording.onstop = () => {
      stream.getTracks().forEach((track) => track.stop());
      setOn(false);
      spoken(new Blob(parts, { type: recording.mimeType }));
    };
    recorder.current = recording;
    recording.start();
    setOn(true);
  };
  return { on, toggle };
}
