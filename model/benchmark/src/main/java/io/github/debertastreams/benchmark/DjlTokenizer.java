package io.github.debertastreams.benchmark;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.token.EncodeOptions;
import io.github.debertastreams.model.token.Truncation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Hugging Face's Rust library behind DJL, set up like {@link EncodeOptions}. */
final class DjlTokenizer implements AutoCloseable {

    private final HuggingFaceTokenizer tokenizer;

    private DjlTokenizer(HuggingFaceTokenizer tokenizer) {
        this.tokenizer = tokenizer;
    }

    /** Needs a {@code tokenizer.json}. Nothing is filled up. */
    static DjlTokenizer open(Path modelDirectory, EncodeOptions options) {
        Path file = modelDirectory.resolve("tokenizer.json");
        if (!Files.isRegularFile(file)) {
            throw ModelException.bundle(modelDirectory + " has no tokenizer.json, which the peer needs");
        }
        HuggingFaceTokenizer.Builder builder = HuggingFaceTokenizer.builder()
                .optTokenizerPath(file)
                .optAddSpecialTokens(options.addSpecialTokens())
                .optWithOverflowingTokens(true)
                .optPadding(false)
                .optTruncation(options.truncation() == Truncation.LONGEST_FIRST);
        switch (options.truncation()) {
            case NONE -> {}
            case LONGEST_FIRST -> builder.optMaxLength(options.maxLength()).optStride(options.stride());
            case ONLY_FIRST ->
                builder.optTruncateFirstOnly().optMaxLength(options.maxLength()).optStride(options.stride());
            case ONLY_SECOND ->
                builder.optTruncateSecondOnly()
                        .optMaxLength(options.maxLength())
                        .optStride(options.stride());
        }
        try {
            return new DjlTokenizer(builder.build());
        } catch (IOException e) {
            throw new ModelException(ModelException.Kind.BUNDLE, file + " cannot be read by DJL: " + e, e);
        }
    }

    Encoding encode(String text) {
        return tokenizer.encode(text);
    }

    Tokens tokens(String text, @Nullable String pair) {
        return tokens(pair == null ? tokenizer.encode(text) : tokenizer.encode(text, pair), text, pair);
    }

    private static Tokens tokens(Encoding encoding, String text, @Nullable String pair) {
        long[] sequences = encoding.getSequenceIds();
        long[] words = encoding.getWordIds();
        CharSpan[] spans = encoding.getCharTokenSpans();
        int[] offsets = new int[2 * spans.length];
        for (int token = 0; token < spans.length; token++) {
            @Nullable CharSpan span = spans[token];
            String own = sequences[token] == 1 && pair != null ? pair : text;
            offsets[2 * token] = span == null ? -1 : own.offsetByCodePoints(0, span.getStart());
            offsets[2 * token + 1] = span == null ? -1 : own.offsetByCodePoints(0, span.getEnd());
        }
        List<Tokens> overflowing = Stream.of(encoding.getOverflowing())
                .map(window -> tokens(window, text, pair))
                .toList();
        return new Tokens(
                ints(encoding.getIds()),
                ints(encoding.getTypeIds()),
                ints(encoding.getSpecialTokenMask()),
                ints(words),
                ints(sequences),
                offsets,
                overflowing);
    }

    private static int[] ints(long[] values) {
        return Arrays.stream(values).mapToInt(Math::toIntExact).toArray();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
