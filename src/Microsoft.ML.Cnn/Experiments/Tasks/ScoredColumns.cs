namespace Microsoft.ML.Cnn.Experiments.Tasks;

/// <summary>The columns that a trial is evaluated by.</summary>
/// <param name="Label">What is right.</param>
/// <param name="Predicted">The predicted label of a classification.</param>
/// <param name="Score">The scores of classes, or the predicted number.</param>
internal sealed record ScoredColumns(string Label = "Label", string Predicted = "PredictedLabel", string Score = "Score");
