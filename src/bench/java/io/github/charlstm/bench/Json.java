package io.github.charlstm.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** The raw numbers as JSON. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static String of(Results results) {
    ObjectNode root = MAPPER.createObjectNode();
    Results.Circumstances circumstances = results.circumstances();
    root.put("machine", circumstances.machine());
    root.put("commit", circumstances.commit().orElse(null));
    root.put("command", circumstances.command());
    root.put("date", circumstances.date());
    root.put("load_average_before", circumstances.load());
    ObjectNode plan = root.putObject("plan");
    plan.put("rounds", circumstances.plan().rounds());
    plan.put("steps", circumstances.plan().steps());
    plan.put("warm_up", circumstances.plan().warmUp());
    plan.put("turn_seconds", circumstances.plan().turnSeconds());
    ArrayNode measured = root.putArray("measured");
    for (Section section : results.sections()) {
      for (Section.Row row : section.rows()) {
        ObjectNode node = outcome(measured.addObject(), row.workload().name(), row.outcome());
        if (!row.workload().samples()) {
          node.put("flops", Flops.ofStep(row.workload().task().network()));
        }
      }
      double size = Workloads.PRODUCT_SIZE;
      section
          .product()
          .ifPresent(
              product ->
                  outcome(measured.addObject(), section.name(), product)
                      .put("flops", Flops.product(size, size, size)));
    }
    results.startUp().ifPresent(startUp -> startUp(root.putArray("start_up"), startUp));
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("results cannot be written as JSON", e);
    }
  }

  private static ObjectNode outcome(ObjectNode node, String workload, Outcome outcome) {
    node.put("workload", workload).put("contender", outcome.contender());
    node.put("description", outcome.description());
    ArrayNode rounds = node.putArray("seconds");
    for (List<Double> round : outcome.rounds()) {
      round.forEach(rounds.addArray()::add);
    }
    outcome.loss().ifPresent(loss -> node.put("last_loss", loss));
    outcome.memory().ifPresent(bytes -> node.put("peak_memory_bytes", bytes));
    outcome.failure().ifPresent(reason -> node.put("failure", reason));
    return node;
  }

  private static void startUp(ArrayNode array, List<StartUp.Result> results) {
    for (StartUp.Result result : results) {
      ObjectNode node = array.addObject();
      node.put("recipe", result.recipe()).put("cold", result.cold());
      result.seconds().forEach(node.putArray("seconds")::add);
      result.failure().ifPresent(reason -> node.put("failure", reason));
    }
  }
}
