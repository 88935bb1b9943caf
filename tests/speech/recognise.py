"""Writes down what WAV files say: the model's folder, then their paths; one line of JSON for each."""

import json
import sys

from faster_whisper import WhisperModel

model = WhisperModel(sys.argv[1], device="cpu", compute_type="int8", local_files_only=True)
for path in sys.argv[2:]:
    segments, _ = model.transcribe(path, language="en", beam_size=5, condition_on_previous_text=False)
    print(json.dumps(" ".join(s.text.strip() for s in segments)), flush=True)
