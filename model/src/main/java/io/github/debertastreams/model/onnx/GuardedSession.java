package io.github.debertastreams.model.onnx;

import io.github.debertastreams.model.error.ModelException;
import java.nio.FloatBuffer;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session whose outputs are finite: where fp16 gives a value that is not, as it does with some checkpoints, the model is opened
 * once more in fp32, and stays so. Where that fails, each run tries it again, for a device may have room later.
 */
final class GuardedSession implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(GuardedSession.class);

    private final Function<Precision, OnnxSession> opener;
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private @Nullable OnnxSession session;
    private Precision precision;

    private GuardedSession(Function<Precision, OnnxSession> opener, Precision precision) {
        this.opener = opener;
        this.precision = precision;
        this.session = opener.apply(precision);
    }

    static GuardedSession open(Function<Precision, OnnxSession> opener, Precision precision) {
        return new GuardedSession(opener, precision);
    }

    /**
     * Runs the graph.
     *
     * @throws ModelException of kind {@code BACKEND} where fp16 was not enough and fp32 cannot be opened
     */
    void run(RunBuffers buffers) {
        if (!runAndCheck(buffers)) {
            widen();
            runAndCheck(buffers);
        }
    }

    Precision precision() {
        lock.readLock().lock();
        try {
            return precision;
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Whether the output may be used. What fp32 gives is used, whatever it is. */
    private boolean runAndCheck(RunBuffers buffers) {
        lock.readLock().lock();
        try {
            OnnxSession opened = session;
            if (opened == null) {
                return false;
            }
            if (precision == Precision.FP32) {
                buffers.dropOutput(HeadNodes.FINITE_CHECK);
                opened.run(buffers);
                return true;
            }
            FloatBuffer check = buffers.output(HeadNodes.FINITE_CHECK, 1, 1);
            opened.run(buffers);
            return check.get(0) == 0;
        } finally {
            lock.readLock().unlock();
        }
    }

    private void widen() {
        lock.writeLock().lock();
        try {
            if (precision == Precision.FP16) {
                closeNarrow();
                session = openWide();
                precision = Precision.FP32;
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void closeNarrow() {
        OnnxSession narrow = session;
        if (narrow != null) {
            log.warn("fp16 gave a value that is not finite: the model goes on in fp32");
            session = null;
            narrow.close();
        }
    }

    private OnnxSession openWide() {
        try {
            return opener.apply(Precision.FP32);
        } catch (RuntimeException e) { // of whatever kind: the record that is read is not at fault
            throw new ModelException(
                    ModelException.Kind.BACKEND,
                    "fp16 gave a value that is not finite, and the model cannot be opened in fp32: " + e.getMessage(),
                    e);
        }
    }

    @Override
    public void close() {
        lock.writeLock().lock();
        try {
            if (session != null) {
                session.close();
            }
        } finally {
            lock.writeLock().unlock();
        }
    }
}
