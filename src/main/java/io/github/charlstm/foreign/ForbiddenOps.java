package io.github.charlstm.foreign;

import io.github.charlstm.graph.GraphIndex;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.tensorflow.proto.FunctionDef;
import org.tensorflow.proto.GraphDef;
import org.tensorflow.proto.NodeDef;

/**
 * Operations that access files, processes or other machines, or end this process. A graph that
 * contains one anywhere is rejected, unless the user trusts it.
 *
 * <p>Operations that read and write checkpoints are in every trained graph; they are rejected only
 * where they would run: reading outside of the saver's restore, writing always.
 */
record ForbiddenOps(String source, GraphIndex graph) {
  private static final Pattern ANYWHERE =
      Pattern.compile(
          "ReadFile|WriteFile|MatchingFiles|.*PyFunc.*|.*Reader(V2)?|.*RecordDataset(V[0-9])?"
              + "|.*TextLineDataset|.*FixedLengthRecordDataset(V2)?|.*CSVDataset(V2)?"
              + "|.*SqlDataset|.*LMDBDataset|.*(Save|Load|Snapshot|Cache|MatchingFiles)Dataset.*"
              + "|.*DataService.*|.*DatasetToTFRecord|.*SummaryWriter|CreateSummary.*|Write.*Summary"
              + "|ImportEvent|PrintV2|Debug.*|InitializeTableFromTextFile(V2)?|ImmutableConst"
              + "|DecodeProto.*|EncodeProto.*|Rpc.*|TryRpc|_?(Host)?(Send|Recv)|Collective.*|Abort"
              + "|RemoteCall|RemoteFusedGraphExecute|LoadTPU.*|XlaSend.*|XlaRecv.*|TPU.*Load.*"
              + "|FileSystemSetConfiguration|TensorRT.*|TRTEngineOp|CreateTRT.*|InitializeTRT.*"
              + "|SerializeTRT.*|.*LoadLibrary.*|GenerateVocabRemapping|LoadAndRemapMatrix");
  private static final Set<String> READ_CHECKPOINTS =
      Set.of("Restore", "RestoreSlice", "RestoreV2", "CheckpointHasKey");
  private static final Set<String> WRITE_CHECKPOINTS =
      Set.of("Save", "SaveSlices", "SaveV2", "MergeV2Checkpoints");

  /** Rejects a graph that contains one of them, in the graph itself or in its functions. */
  void check(GraphDef definition) {
    for (NodeDef node : definition.getNodeList()) {
      check(node, "");
    }
    for (FunctionDef function : definition.getLibrary().getFunctionList()) {
      String place = " of function " + function.getSignature().getName();
      function.getNodeDefList().forEach(node -> check(node, place));
    }
  }

  private void check(NodeDef node, String place) {
    if (ANYWHERE.matcher(node.getOp()).matches()) {
      throw rejected(node, node.getName() + place);
    }
  }

  /** Rejects checkpoint operations among all that would run, reading unless it is a restore. */
  void checkRun(List<String> targets, boolean mayRead) {
    FunctionCalls.visit(
        graph,
        graph.upstream(targets, input -> false),
        (node, scope) -> {
          boolean writes = WRITE_CHECKPOINTS.contains(node.getOp());
          if (writes || !mayRead && READ_CHECKPOINTS.contains(node.getOp())) {
            throw rejected(node, scope.describe(node));
          }
        });
  }

  private InteropException rejected(NodeDef node, String place) {
    return InteropException.of(
        "%s contains the operation %s (node %s), which accesses files, processes or other machines;"
            + " it is not run, unless you trust it (`trust`)",
        source, node.getOp(), place);
  }
}
