package io.github.debertastreams.model.cpu;

import io.github.debertastreams.model.encoder.Backend;
import io.github.debertastreams.model.encoder.EncoderTrace;
import io.github.debertastreams.model.encoder.ModelConfig;
import io.github.debertastreams.model.error.ModelException;
import io.github.debertastreams.model.head.Head;
import io.github.debertastreams.model.head.Logits;
import io.github.debertastreams.model.kernel.EmbeddingTable;
import io.github.debertastreams.model.kernel.Kernels;
import io.github.debertastreams.model.kernel.LayerNorm;
import io.github.debertastreams.model.token.TokenBatch;
import io.github.debertastreams.model.token.TokenSelection;
import io.github.debertastreams.model.weights.Checkpoint;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The DeBERTa encoder in pure Java, over packed tokens: one batch runs on the calling thread, and on helpers where it is to have some;
 * as many batches run at once as threads call.
 */
public final class CpuBackend implements Backend {

    /** Most positions that one batch may extend over; bounds the scratch memory that raw tensors can ask for. */
    private static final int MAX_TOKENS = 1 << 20;

    private static final int WARM_UP_TOKENS = 10;

    private final Kernels kernels;
    private final ModelConfig config;
    private final Embeddings embeddings;
    private final @Nullable Convolution convolution;
    private final List<EncoderLayer> layers;
    private final @Nullable EnhancedMaskDecoder maskDecoder;
    private final Head head;
    private final int threads;
    private final ConcurrentLinkedQueue<Workspace> workspaces = new ConcurrentLinkedQueue<>();
    private volatile boolean closed;

    private CpuBackend(
            Kernels kernels,
            ModelConfig config,
            Embeddings embeddings,
            @Nullable Convolution convolution,
            List<EncoderLayer> layers,
            @Nullable EnhancedMaskDecoder maskDecoder,
            Head head,
            int threads) {
        this.kernels = kernels;
        this.config = config;
        this.embeddings = embeddings;
        this.convolution = convolution;
        this.layers = List.copyOf(layers);
        this.maskDecoder = maskDecoder;
        this.head = head;
        this.threads = threads;
    }

    /** The word embeddings of a checkpoint, which the encoder begins with and a masked-LM head may end with. */
    public static EmbeddingTable wordEmbeddings(Checkpoint checkpoint, ModelConfig config) {
        return Embeddings.words(checkpoint, config);
    }

    /**
     * Takes the encoder's weights from a checkpoint.
     *
     * @param words its word embeddings
     * @param threads that compute one batch together
     * @throws ModelException of kind {@code BUNDLE} when a tensor is missing or has another shape than config.json says
     */
    public static CpuBackend load(
            Checkpoint checkpoint, Kernels kernels, ModelConfig config, EmbeddingTable words, Head head, int threads) {
        float[] relEmbeddings = relEmbeddings(checkpoint, kernels, config);
        List<EncoderLayer> layers = IntStream.range(0, config.numHiddenLayers())
                .parallel()
                .mapToObj(layer ->
                        EncoderLayer.load(checkpoint, kernels, config, "encoder.layer." + layer, relEmbeddings))
                .toList();
        return new CpuBackend(
                kernels,
                config,
                Embeddings.load(checkpoint, kernels, config, words),
                config.convolution() == null
                        ? null
                        : Convolution.load(checkpoint, kernels, config, config.convolution(), "encoder.conv"),
                layers,
                EnhancedMaskDecoder.servesIn(checkpoint, config, head)
                        ? EnhancedMaskDecoder.load(checkpoint, kernels, config, layers.get(layers.size() - 1))
                        : null,
                head,
                threads);
    }

    /** {@code [2 * span, H]}, normalised where the model does so; empty where positions do not add to the scores. */
    private static float[] relEmbeddings(Checkpoint checkpoint, Kernels kernels, ModelConfig config) {
        if (!config.attention().relative()) {
            return new float[0];
        }
        int rows = 2 * config.attention().span();
        int hidden = config.hiddenSize();
        float[] embeddings = checkpoint.floats("encoder.rel_embeddings.weight", rows, hidden);
        if (config.attention().normalizedRelEmbeddings()) {
            LayerNorm.load(checkpoint, kernels, "encoder.LayerNorm", hidden, config.layerNormEps())
                    .forward(embeddings, rows);
        }
        return embeddings;
    }

    /**
     * Runs two small batches, so that the code around the kernels is compiled and the workspace is there. What longer texts than these
     * will read is computed from then on, beside the first answers, by a thread that ends with it.
     */
    @Override
    public void warmUp() {
        int tokens = config.positionBiasedInput()
                ? Math.min(WARM_UP_TOKENS, config.maxPositionEmbeddings())
                : WARM_UP_TOKENS;
        int[] positions = IntStream.range(0, tokens).toArray();
        int[] ids = new int[tokens];
        TokenBatch batch = new TokenBatch(ids, ids, positions, positions, new int[] {0, Math.min(3, tokens), tokens});
        forward(batch);
        forward(batch);
        Thread thread = new Thread(this::completePositions, "deberta-positions");
        thread.setDaemon(true);
        thread.start();
    }

    private void completePositions() {
        for (EncoderLayer layer : layers) {
            if (closed) {
                return;
            }
            layer.attention().weights().completePositions();
        }
    }

    @Override
    public Logits forward(TokenBatch batch, EncoderTrace trace) {
        try (Session session = session(batch, trace)) {
            session.encode();
            return head.forward(session.pass.workspace().hiddenStates, batch);
        }
    }

    /** A batch with a workspace of its own, until it is closed. */
    Session session(TokenBatch batch, EncoderTrace trace) {
        int extent = largestExtent(batch);
        Workspace workspace = workspaces.poll();
        if (workspace == null) {
            workspace = new Workspace(kernels, threads);
        }
        try {
            ForwardPass pass = new ForwardPass(batch, batch.everyToken(), head.reads(batch), workspace, trace);
            workspace.ensure(config, batch.tokens(), extent);
            return new Session(pass);
        } catch (RuntimeException | Error e) { // too large: its threads are for the next one
            giveBack(workspace);
            throw e;
        }
    }

    /** Encodes one batch, as often as it is asked to. */
    final class Session implements AutoCloseable {

        private final ForwardPass pass;

        private Session(ForwardPass pass) {
            this.pass = pass;
        }

        void encode() {
            CpuBackend.this.encode(pass);
        }

        /** Gives the workspace back. */
        @Override
        public void close() {
            giveBack(pass.workspace());
        }
    }

    private void giveBack(Workspace workspace) {
        workspaces.add(workspace);
        if (closed) {
            close();
        }
    }

    /** Embeddings, then layer by layer; where there is a mask decoder, it takes the last layer's place before the head. */
    private void encode(ForwardPass pass) {
        Workspace workspace = pass.workspace();
        embeddings.forward(pass.batch(), workspace);
        pass.trace().hiddenStates(0, workspace.hiddenStates);
        if (maskDecoder == null) {
            runLayersFor(pass.read(), pass);
            return;
        }
        int last = layers.size() - 1;
        runLayers(pass, 0, last);
        float[] decoded = maskDecoder.forward(pass, last);
        if (pass.trace() != EncoderTrace.NONE) {
            runLayers(pass, last, layers.size()); // for those who look on: the head reads what was decoded
        }
        pass.trace().maskDecoder(decoded);
        pass.batch().selection().scatter(decoded, workspace.hiddenStates, config.hiddenSize());
    }

    /** All layers; the last one for the tokens that are read alone, unless someone looks on. */
    private void runLayersFor(TokenSelection read, ForwardPass pass) {
        int last = layers.size() - 1;
        boolean all = read.size() == pass.batch().tokens() || pass.trace() != EncoderTrace.NONE;
        if (all || last < 0 || last == 0 && convolution != null) {
            runLayers(pass, 0, layers.size());
            return;
        }
        runLayers(pass, 0, last);
        float[] states = pass.workspace().readStates;
        read.gather(pass.workspace().hiddenStates, config.hiddenSize(), states);
        layers.get(last).forward(pass, last, read, states);
        read.scatter(states, pass.workspace().hiddenStates, config.hiddenSize());
    }

    /** Layers from {@code first} to before {@code end}; the convolution runs beside layer 0. */
    private void runLayers(ForwardPass pass, int first, int end) {
        float[] hiddenStates = pass.workspace().hiddenStates;
        for (int layer = first; layer < end; layer++) {
            float[] convolved =
                    layer == 0 && convolution != null ? convolution.convolve(pass.batch(), pass.workspace()) : null;
            layers.get(layer).forward(pass, layer, pass.all(), hiddenStates);
            if (convolution != null && convolved != null) {
                convolution.add(convolved, hiddenStates, pass.batch().tokens());
            }
            pass.trace().hiddenStates(layer + 1, hiddenStates);
        }
    }

    @Override
    public boolean enhancedMaskDecoder() {
        return maskDecoder != null;
    }

    @Override
    public String name() {
        return "native-" + kernels.name();
    }

    /** Ends the threads of what is not in use now; a batch that is under way ends its own. */
    @Override
    public void close() {
        closed = true;
        for (Workspace workspace = workspaces.poll(); workspace != null; workspace = workspaces.poll()) {
            workspace.close();
        }
    }

    private static int largestExtent(TokenBatch batch) {
        int extent = 1;
        for (int row = 0; row < batch.rows(); row++) {
            int first = batch.rowStarts()[row];
            int end = batch.rowStarts()[row + 1];
            if (first < end) {
                extent = Math.max(extent, batch.positions()[end - 1] - batch.positions()[first] + 1);
            }
        }
        if (extent > MAX_TOKENS || batch.tokens() > MAX_TOKENS) {
            throw ModelException.invalidInput("a batch of " + batch.tokens() + " tokens over " + extent
                    + " positions, expected at most " + MAX_TOKENS);
        }
        return extent;
    }
}
