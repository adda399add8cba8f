package dev.flops.bench.blackbox;

import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.ValueInfo;
import java.util.Map;

/** Sessions of ONNX Runtime that run on the calling thread, and what their graphs say of their inputs and outputs. */
final class OnnxSessions {
    private OnnxSessions() {}

    /** Makes something of a session, which is closed if that fails. */
    @FunctionalInterface
    interface Use<T> {
        T of(OrtSession session) throws OrtException;
    }

    /** Opens a graph; {@code source} says where it came from. */
    static <T> T open(String source, byte[] graph, Use<T> use) {
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setInterOpNumThreads(1);
            OrtSession session = OrtEnvironment.getEnvironment().createSession(graph, options);
            try {
                return use.of(session);
            } catch (OrtException | RuntimeException e) {
                session.close();
                throw e;
            }
        } catch (OrtException e) {
            throw new IllegalArgumentException(
                    source + " cannot be used, expected an ONNX graph that ONNX Runtime runs: " + e.getMessage(), e);
        }
    }

    /** A node that must be there and hold a tensor of a type. */
    static TensorInfo tensor(Map<String, NodeInfo> nodes, String role, String name, OnnxJavaType type) {
        NodeInfo node = nodes.get(name);
        if (node == null) {
            throw new IllegalArgumentException(role + " = " + name + ", expected one of " + nodes.keySet());
        }
        ValueInfo info = node.getInfo();
        if (info instanceof TensorInfo tensor && tensor.type == type) {
            return tensor;
        }
        throw new IllegalArgumentException(role + " " + name + " is " + info + ", expected a tensor of " + words(type));
    }

    private static String words(OnnxJavaType type) {
        return type == OnnxJavaType.FLOAT ? "floats" : "64-bit integers";
    }

    static void close(OrtSession session) {
        try {
            session.close();
        } catch (OrtException e) {
            throw new BlackBoxException("the ONNX session cannot be closed: " + e.getMessage(), e);
        }
    }
}
