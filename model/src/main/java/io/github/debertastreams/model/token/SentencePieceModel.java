package io.github.debertastreams.model.token;

import io.github.debertastreams.model.error.ModelException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What a SentencePiece {@code .model} file says. Source: {@code sentencepiece_model.proto}.
 *
 * @param charsmap the precompiled normalization; empty where there is none
 */
record SentencePieceModel(
        List<Piece> pieces,
        int modelType,
        int unknownId,
        boolean whitespaceIsSuffix,
        boolean escapesWhitespace,
        byte[] charsmap) {

    static final int UNIGRAM = 1;

    /** A piece and its kind. */
    record Piece(String text, float score, int type) {

        static final int CONTROL = 3;
        static final int USER_DEFINED = 4;
    }

    /** The published models have at most 250,000 pieces and 5 MB. */
    private static final long LARGEST_FILE = JsonSection.LARGEST_FILE;

    private static final int MOST_PIECES = 1 << 22;

    static SentencePieceModel read(Path file) {
        try {
            long size = Files.size(file);
            if (size > LARGEST_FILE) {
                throw ModelException.bundle(file + " has " + size + " bytes, expected at most " + LARGEST_FILE);
            }
            return new Reader(file.toString()).read(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new ModelException(ModelException.Kind.BUNDLE, file + " cannot be read: " + e, e);
        }
    }

    /** Collects the fields; those that are absent have protobuf's defaults. */
    private static final class Reader {
        private final String where;
        private final List<Piece> pieces = new ArrayList<>();
        private int modelType = UNIGRAM;
        private int unknownId;
        private boolean whitespaceIsSuffix;
        private boolean escapesWhitespace = true;
        private byte[] charsmap = new byte[0];

        private Reader(String where) {
            this.where = where;
        }

        private SentencePieceModel read(byte[] content) {
            ProtobufReader model = new ProtobufReader(where, content);
            while (model.next()) {
                switch (model.field()) {
                    case 1 -> addPiece(model.messageValue("piece " + pieces.size()));
                    case 2 -> readTrainer(model.messageValue("trainer_spec"));
                    case 3 -> readNormalizer(model.messageValue("normalizer_spec"));
                    default -> model.skip();
                }
            }
            if (pieces.isEmpty()) {
                throw ModelException.bundle(where + " has no pieces: expected a SentencePiece model");
            }
            return new SentencePieceModel(
                    pieces, modelType, unknownId, whitespaceIsSuffix, escapesWhitespace, charsmap);
        }

        private void addPiece(ProtobufReader piece) {
            if (pieces.size() == MOST_PIECES) {
                throw ModelException.bundle(where + " has more than " + MOST_PIECES + " pieces");
            }
            String text = "";
            float score = 0;
            int type = 1;
            while (piece.next()) {
                switch (piece.field()) {
                    case 1 -> text = piece.textValue();
                    case 2 -> score = piece.floatValue();
                    case 3 -> type = piece.intValue();
                    default -> piece.skip();
                }
            }
            pieces.add(new Piece(text, score, type));
        }

        private void readTrainer(ProtobufReader trainer) {
            while (trainer.next()) {
                switch (trainer.field()) {
                    case 3 -> modelType = trainer.intValue();
                    case 24 -> whitespaceIsSuffix = trainer.booleanValue();
                    case 40 -> unknownId = trainer.intValue();
                    default -> trainer.skip();
                }
            }
        }

        private void readNormalizer(ProtobufReader normalizer) {
            while (normalizer.next()) {
                switch (normalizer.field()) {
                    case 2 -> charsmap = normalizer.bytesValue();
                    case 5 -> escapesWhitespace = normalizer.booleanValue();
                    default -> normalizer.skip();
                }
            }
        }
    }
}
