package io.github.debertastreams.model.cli;

import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.task.TextInput;
import io.github.debertastreams.model.token.EncodeOptions;
import io.github.debertastreams.model.token.Encoding;
import io.github.debertastreams.model.token.Padding;
import io.github.debertastreams.model.token.Side;
import io.github.debertastreams.model.token.Tokenizer;
import io.github.debertastreams.model.token.Truncation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code deberta tokenize}: JSON lines to JSON lines of tokens, offsets as UTF-16 indices. */
@Command(
        name = "tokenize",
        mixinStandardHelpOptions = true,
        description = "Tokenizes texts: JSON lines in, JSON lines out; offsets are UTF-16 indices.")
final class TokenizeCommand implements Callable<Integer> {

    private static final int LINES_AT_A_TIME = 256;

    @Mixin
    private ModelOption modelOption = new ModelOption();

    @Option(names = "--max-length", defaultValue = "0", paramLabel = "N", description = "most tokens; 0: no limit.")
    private int maxLength;

    @Option(names = "--stride", defaultValue = "0", paramLabel = "N", description = "tokens that windows share.")
    private int stride;

    @Option(
            names = "--truncation",
            defaultValue = "longest_first",
            paramLabel = "STRATEGY",
            description = "longest_first, only_first or only_second, where --max-length is given.")
    private Truncation truncation = Truncation.LONGEST_FIRST;

    @Option(
            names = "--truncation-side",
            paramLabel = "SIDE",
            description = "left or right, the end that is cut off; default: as tokenizer_config.json says.")
    private @Nullable Side truncationSide;

    @Option(names = "--padding", description = "fill up to --max-length.")
    private boolean padding;

    @Option(names = "--no-special-tokens", description = "only the texts' own tokens.")
    private boolean noSpecialTokens;

    @Mixin
    private InputLines lines = new InputLines();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    private long failed;

    @Override
    public Integer call() {
        Tokenizer tokenizer = Tokenizer.open(modelOption.directory());
        EncodeOptions options = options();
        try (Progress progress = new Progress(spec.commandLine().getErr(), "texts")) {
            lines.forEach(LINES_AT_A_TIME, spec.commandLine().getOut(), progress, batch -> {
                List<Object> answers = new ArrayList<>(batch.size());
                batch.forEach(line -> answers.add(answer(line, tokenizer, options)));
                return answers;
            });
        }
        if (failed > 0) {
            spec.commandLine().getErr().println("deberta: " + failed + " lines have an error instead of tokens");
        }
        return failed == 0 ? 0 : 1;
    }

    private EncodeOptions options() {
        EncodeOptions options = EncodeOptions.DEFAULT
                .withTruncation(maxLength > 0 ? truncation : Truncation.NONE, maxLength)
                .withStride(stride)
                .withPadding(padding ? Padding.toMaxLength() : Padding.NONE);
        if (truncationSide != null) {
            options = options.cuttingAt(truncationSide);
        }
        return noSpecialTokens ? options.withoutSpecialTokens() : options;
    }

    private Map<String, Object> answer(InputLines.Line line, Tokenizer tokenizer, EncodeOptions options) {
        Map<String, Object> fields = new LinkedHashMap<>();
        if (line.id() != null) {
            fields.put("id", line.id());
        }
        TextInput text = line.text();
        String error = line.error();
        if (text != null) {
            try {
                put(fields, tokenizer.encode(text.text(), text.textPair(), options));
                return fields;
            } catch (ModelException e) {
                error = String.valueOf(e.getMessage());
            }
        }
        failed++;
        fields.put("error", error);
        return fields;
    }

    private static void put(Map<String, Object> fields, Encoding encoding) {
        int length = encoding.length();
        List<int @Nullable []> offsets = new ArrayList<>(length);
        List<@Nullable Integer> wordIds = new ArrayList<>(length);
        List<@Nullable Integer> sequenceIds = new ArrayList<>(length);
        for (int token = 0; token < length; token++) {
            int start = encoding.charOffsets()[2 * token];
            offsets.add(start < 0 ? null : new int[] {start, encoding.charOffsets()[2 * token + 1]});
            wordIds.add(orNull(encoding.wordIds()[token]));
            sequenceIds.add(orNull(encoding.sequenceIds()[token]));
        }
        fields.put("input_ids", encoding.inputIds());
        fields.put("token_type_ids", encoding.tokenTypeIds());
        fields.put("special_tokens_mask", encoding.specialTokensMask());
        fields.put("attention_mask", encoding.attentionMask());
        fields.put("offsets", offsets);
        fields.put("word_ids", wordIds);
        fields.put("sequence_ids", sequenceIds);
        List<Map<String, Object>> overflowing = new ArrayList<>();
        for (Encoding window : encoding.overflowing()) {
            Map<String, Object> nested = new LinkedHashMap<>();
            put(nested, window);
            overflowing.add(nested);
        }
        fields.put("overflowing", overflowing);
    }

    private static @Nullable Integer orNull(int id) {
        return id < 0 ? null : id;
    }
}
