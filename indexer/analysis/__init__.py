"""From text to terms: folding, tokens, stems. The same for every backend."""
