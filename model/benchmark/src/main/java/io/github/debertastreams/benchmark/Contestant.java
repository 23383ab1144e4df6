package io.github.debertastreams.benchmark;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.EncodingType;
import io.github.debertastreams.model.token.EncodeOptions;
import io.github.debertastreams.model.token.Encoding;
import io.github.debertastreams.model.token.Tokenizer;
import java.util.List;

/**
 * One way to tokenize, and what it is measured by.
 *
 * @param name what is called
 * @param baseline whether our speed is given as a ratio to it
 */
record Contestant(String name, boolean baseline, Pass pass) {

    /** Tokenizes every text once and counts the tokens, added special ones included. */
    interface Pass {
        long tokens(List<String> texts);
    }

    static Contestant ids(Tokenizer tokenizer) {
        return new Contestant("deberta, ids", false, texts -> {
            long tokens = 0;
            for (String text : texts) {
                tokens += tokenizer.encode(text, null, EncodeOptions.DEFAULT).length();
            }
            return tokens;
        });
    }

    /** Offsets are worked out when asked for, so this asks. */
    static Contestant offsets(Tokenizer tokenizer) {
        return new Contestant("deberta, ids and offsets", false, texts -> {
            long tokens = 0;
            for (String text : texts) {
                Encoding encoding = tokenizer.encode(text, null, EncodeOptions.DEFAULT);
                tokens += encoding.charOffsets().length / 2;
            }
            return tokens;
        });
    }

    /** The Rust library through JNI; its encoding always holds offsets, as spans of characters. */
    static Contestant djl(DjlTokenizer tokenizer) {
        return new Contestant("DJL 0.38.0, encode()", true, texts -> {
            long tokens = 0;
            for (String text : texts) {
                tokens += tokenizer.encode(text).getIds().length;
            }
            return tokens;
        });
    }

    /**
     * GPT-2's vocabulary, which jtokkit brings along as r50k_base: the words and merges of DeBERTa v1 under other ids. Ids only, no
     * special tokens.
     */
    static Contestant jtokkit() {
        com.knuddels.jtokkit.api.Encoding r50k =
                Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.R50K_BASE);
        return new Contestant("jtokkit 1.1.0, r50k_base, encodeOrdinary()", true, texts -> {
            long tokens = 0;
            for (String text : texts) {
                tokens += r50k.encodeOrdinary(text).size();
            }
            return tokens;
        });
    }
}
