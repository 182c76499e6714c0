using System.Collections.Immutable;

namespace Microsoft.ML.Cnn.Training.Checkpoints;

/// <summary>
/// What tells one training from another: only the same training may go on from a checkpoint. Each part is named in the user's words, so that a
/// refusal can say what differs.
/// </summary>
/// <param name="Training">Data, network and options: what the trained weights follow from.</param>
/// <param name="Machine">What rounding follows from beyond that: instruction set, plan and version.</param>
internal sealed record TrainingIdentity(ImmutableArray<IdentityPart> Training, ImmutableArray<IdentityPart> Machine)
{
    /// <summary>Compares this training with that of a checkpoint.</summary>
    /// <param name="saved">Of the checkpoint.</param>
    /// <param name="policy">What may differ.</param>
    /// <param name="file">Where the checkpoint is, for messages.</param>
    /// <exception cref="CnnCheckpointException">They differ.</exception>
    public void Require(TrainingIdentity saved, ResumePolicy policy, string file)
    {
        if (Difference(saved.Training, Training) is { } difference)
        {
            throw new CnnCheckpointException(
                $"The checkpoint '{file}' is of another training: {difference} "
                    + $"What would work: the same data, network and options as before, another WorkspacePath, or Resume = {nameof(ResumePolicy)}.{nameof(ResumePolicy.StartOver)}, which replaces it; "
                    + "for data of several parts, such as the folds of a cross-validation, a WorkspacePath with {data} in it, such as 'runs/{data}', which is a folder for each."
            );
        }

        if (policy == ResumePolicy.SameBits && Difference(saved.Machine, Machine) is { } other)
        {
            throw new CnnCheckpointException(
                $"The checkpoint '{file}' was made under other conditions, and weights would no longer be the same bit by bit: {other} "
                    + $"What would work: those conditions, or Resume = {nameof(ResumePolicy)}.{nameof(ResumePolicy.AnyMachine)}, which accepts that."
            );
        }
    }

    private static string? Difference(ImmutableArray<IdentityPart> saved, ImmutableArray<IdentityPart> current)
    {
        Dictionary<string, string> texts = saved.ToDictionary(part => part.Name, part => part.Text);
        foreach (IdentityPart part in current)
        {
            if (!texts.Remove(part.Name, out string? text))
            {
                return $"it has no {part.Name}, now it is {part.Text}.";
            }

            if (text != part.Text)
            {
                return $"its {part.Name} is {text}, now it is {part.Text}.";
            }
        }

        return texts.Count > 0 ? $"its {texts.First().Key} is {texts.First().Value}, now there is none." : null;
    }
}

/// <summary>One thing that belongs to a training.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Text">Its value, written the same on any machine.</param>
internal sealed record IdentityPart(string Name, string Text);
