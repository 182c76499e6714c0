namespace Microsoft.ML.Cnn;

/// <summary>What a training does with a checkpoint that it finds in its workspace.</summary>
public enum ResumePolicy
{
    /// <summary>
    /// It goes on from there, and ends in the very bits that it would have ended in undisturbed. A checkpoint of other data, another network or
    /// other options is refused; so is one made with another instruction set or version of this library, since rounding would differ.
    /// </summary>
    SameBits,

    /// <summary>As <see cref="SameBits"/>, but a checkpoint of another instruction set or version is accepted: results differ by rounding.</summary>
    AnyMachine,

    /// <summary>It begins anew, whatever is there: the old checkpoint and the old best model are deleted when the first epoch begins.</summary>
    StartOver,
}
